import { join } from 'node:path';
import { environmentOf, programsOf } from './harness/installed';
import { testRanks } from './harness/ranks';

const python = programsOf('mpi', 'mpirun') ? environmentOf('mpi', 'python') : null;
// Shared memory, and loopback alone.
const local = ['--mca', 'btl', 'self,vader', '--mca', 'oob_tcp_if_include', 'lo'];

testRanks(
  'mpirun',
  python === null
    ? null
    : (ranks, script) => [
        ...['mpirun', '-n', String(ranks), '--oversubscribe', '--allow-run-as-root', ...local],
        ...[join(python, 'python'), script],
      ],
);
