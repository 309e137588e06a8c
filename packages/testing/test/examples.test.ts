import * as testing from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@iresnet/testing': testing, '@iresnet/core': core });
