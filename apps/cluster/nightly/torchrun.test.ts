import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { environmentOf } from '../test/harness/installed';
import { checkRanks } from '../test/harness/ranks';
import { endAll } from '../test/harness/workload';

const home = mkdtempSync(join(tmpdir(), 'torchrun-'));
const programs = environmentOf('torch', 'torchrun');
afterAll(async () => {
  await endAll();
  rmSync(home, { recursive: true });
});

test.skipIf(programs === null)(
  'torchrun: two and four ranks train to the bytes of one process; a lost rank ends the job, and three go on',
  async () => {
    await checkRanks(home, (ranks, script) => [
      ...[join(programs!, 'torchrun'), '--nproc-per-node', String(ranks)],
      ...['--master-addr', '127.0.0.1', '--master-port', '29777', script],
    ]);
  },
);
