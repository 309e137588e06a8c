import * as tf from '@tensorflow/tfjs';
import * as core from '../src';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@tensorflow/tfjs': tf, '@iresnet/core': core });
