import { join } from 'node:path';
import { environmentOf } from '../test/harness/installed';
import { testRanks } from '../test/harness/ranks';

const programs = environmentOf('torch', 'torchrun');

testRanks(
  'torchrun',
  programs === null
    ? null
    : (ranks, script) => [
        ...[join(programs, 'torchrun'), '--nproc-per-node', String(ranks)],
        ...['--master-addr', '127.0.0.1', '--master-port', '29777', script],
      ],
);
