import * as core from '../src';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@iresnet/core': core });
