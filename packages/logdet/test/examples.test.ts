import * as logdet from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@iresnet/logdet': logdet, '@iresnet/core': core });
