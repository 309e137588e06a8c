import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { programsOf } from './harness/installed';
import { endAll, FAILS, KILLED, ORPHANED, root, start, useWorkload } from './harness/workload';

const workload = useWorkload();
afterAll(endAll);

test.skipIf(!programsOf('parallel', 'parallel'))(
  'GNU parallel: a shard that fails, one that is killed and the launcher that is killed; the same line again goes on',
  async () => {
    const work = workload('parallel');
    const run = () => start('bash', [join(root, 'deploy/parallel.sh'), '--jobs', '2'], work.env);
    const first = run();
    process.kill(await work.writing(KILLED), 'SIGKILL');
    await work.writing(ORPHANED);
    process.kill(-first.child.pid!, 'SIGKILL');
    await first.ended;
    expect(await run().ended, first.said()).toBe(0);
    for (const shard of [FAILS, KILLED, ORPHANED])
      expect(work.tries(shard), `shard ${shard}`).toBeGreaterThan(1);
    expect(readFileSync(`${work.out}.log`, 'utf8')).toMatch(/^Seq\t/);
    work.check();
  },
);
