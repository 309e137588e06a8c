import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isRoot, programsOf } from './harness/installed';
import { nodeOf, startSlurm } from './harness/slurm';
import {
  ancestors,
  endAll,
  FAILS,
  KILLED,
  ORPHANED,
  root,
  SHARDS,
  start,
  until,
  useWorkload,
} from './harness/workload';

const workload = useWorkload();
afterAll(endAll);

const here = isRoot('slurm') && programsOf('slurm', 'slurmctld', 'slurmd', 'munged');

test.skipIf(!here)(
  'SLURM: tasks of an array that fail, that are killed and that lose their node are put back; another job merges',
  async () => {
    const work = workload('slurm');
    const { env, command, node } = await startSlurm(join(work.home, 'slurm'));
    const array = start(
      'sbatch',
      ['--wait', `--array=0-${SHARDS - 1}`, join(root, 'deploy/score.sbatch')],
      { ...work.env, ...env },
      work.home,
    );
    process.kill(await work.writing(KILLED), 'SIGKILL');
    const lost = await work.writing(ORPHANED);
    const name = nodeOf(lost);
    // The daemon of the node, that of the job, and the job.
    const daemons = [Number(readFileSync(join(work.home, `slurm/slurmd-${name}.pid`), 'utf8'))];
    const jobs = ancestors(lost).filter(
      (above) => above.name === 'slurmstepd' || above.name === 'slurm_script',
    );
    for (const pid of [...daemons, ...jobs.map((above) => above.pid), lost]) process.kill(pid, 'SIGKILL');
    await until(
      'the node is down',
      () => command('sinfo', '-h', '-n', name, '-o', '%t').startsWith('down'),
      120,
    );
    node(name);
    expect(await array.ended, array.said()).toBe(0);
    for (const shard of [FAILS, KILLED, ORPHANED])
      expect(work.tries(shard), `shard ${shard}`).toBeGreaterThan(1);
    const { IRESNET, PARTS, OUT } = work.env;
    command('sbatch', '--wait', '--output=/dev/null', '--wrap', `${IRESNET} merge ${PARTS} --out ${OUT}`);
    work.check();
  },
);
