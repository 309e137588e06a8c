import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environmentOf } from '../test/harness/installed';
import { endAll, FAILS, KILLED, ORPHANED, root, start, useWorkload } from '../test/harness/workload';

const workload = useWorkload();
const programs = environmentOf('snakemake', 'snakemake');
afterAll(endAll);

test.skipIf(programs === null)(
  'Snakemake: a shard that fails and one that is killed are tried again; after a crash it goes on when it is unlocked',
  async () => {
    const work = workload('snakemake');
    const { RUN, DATA, OUT, PARTS, SHARDS, IRESNET } = work.env;
    const config = [`run=${RUN}`, `data=${DATA}`, `out=${OUT}`, `parts=${PARTS}`, `shards=${SHARDS}`, `iresnet=${IRESNET}`]; // prettier-ignore
    const snakemake = (...args: string[]) =>
      start(
        join(programs!, 'snakemake'),
        ['--snakefile', join(root, 'deploy/Snakefile'), '--cores', '2', ...args, '--config', ...config],
        { HOME: work.home },
        work.home,
      );
    const first = snakemake();
    process.kill(await work.writing(KILLED), 'SIGKILL');
    const shard = await work.writing(ORPHANED);
    process.kill(first.child.pid!, 'SIGKILL');
    process.kill(shard, 'SIGKILL');
    await first.ended;
    expect(await snakemake('--unlock').ended).toBe(0);
    const second = snakemake('--rerun-incomplete');
    expect(await second.ended, second.said()).toBe(0);
    for (const tried of [FAILS, KILLED, ORPHANED])
      expect(work.tries(tried), `shard ${tried}`).toBeGreaterThan(1);
    work.check();
  },
);
