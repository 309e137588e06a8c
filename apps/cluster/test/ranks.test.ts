import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { environmentOf, programsOf } from './harness/installed';
import { checkRanks } from './harness/ranks';
import { endAll } from './harness/workload';

const home = mkdtempSync(join(tmpdir(), 'ranks-'));
const python = programsOf('mpi', 'mpirun') ? environmentOf('mpi', 'python') : null;
afterAll(async () => {
  await endAll();
  rmSync(home, { recursive: true });
});

test.skipIf(python === null)(
  'mpirun: two and four ranks train to the bytes of one process; a lost rank ends the job, and three go on',
  async () => {
    // Shared memory, and loopback alone.
    const local = ['--mca', 'btl', 'self,vader', '--mca', 'oob_tcp_if_include', 'lo'];
    await checkRanks(home, (ranks, script) => [
      ...['mpirun', '-n', String(ranks), '--oversubscribe', '--allow-run-as-root', ...local],
      ...[join(python!, 'python'), script],
    ]);
  },
);
