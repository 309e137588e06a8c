import * as report from '../src';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, { '@iresnet/report': report });
