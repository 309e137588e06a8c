import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environmentOf } from './harness/installed';
import {
  ancestors,
  endAll,
  FAILS,
  KILLED,
  ORPHANED,
  root,
  start,
  until,
  useWorkload,
} from './harness/workload';

const workload = useWorkload();
const programs = environmentOf('dask', 'dask');
afterAll(endAll);

test.skipIf(programs === null)(
  'Dask: a shard that fails, one that is killed and a worker that is killed are tried again by the scheduler',
  async () => {
    const work = workload('dask');
    const dask = (...args: string[]) =>
      start(join(programs!, 'dask'), [...args, '--no-dashboard'], {}, work.home);
    const port = 18786;
    const address = `tcp://127.0.0.1:${port}`;
    const scheduler = dask('scheduler', '--host', '127.0.0.1', '--port', String(port));
    await until('the scheduler listens', () => scheduler.said().includes('Scheduler at'));
    const workers = [1, 2].map((k) =>
      dask(...['worker', address, '--host', '127.0.0.1', '--name', `w${k}`, '--nworkers', '1', '--nthreads', '1'],
        ...['--memory-limit', '400MB', '--local-directory', join(work.home, `w${k}`)]),
    ); // prettier-ignore
    await until('two workers are there', () => workers.every(({ said }) => said().includes('Registered to')));
    const job = start(join(programs!, 'python'), [join(root, 'deploy/score_dask.py'), address], work.env);
    process.kill(await work.writing(KILLED), 'SIGKILL');
    // The worker and the nanny that would start it again.
    const [worker, nanny] = ancestors(await work.writing(ORPHANED));
    expect(workers.map(({ child }) => child.pid)).toContain(nanny!.pid);
    for (const { pid } of [nanny!, worker!]) process.kill(pid, 'SIGKILL');
    expect(await job.ended, job.said()).toBe(0);
    for (const shard of [FAILS, KILLED, ORPHANED])
      expect(work.tries(shard), `shard ${shard}`).toBeGreaterThan(1);
    work.check();
  },
);
