import * as tf from '@tensorflow/tfjs';
import * as testing from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@tensorflow/tfjs': tf, '@iresnet/testing': testing, '@iresnet/core': core });
