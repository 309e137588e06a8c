import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environmentOf } from '../test/harness/installed';
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
} from '../test/harness/workload';

const workload = useWorkload();
const programs = environmentOf('ray', 'ray');
afterAll(endAll);

test.skipIf(programs === null)(
  'Ray: a shard that fails, one that is killed and a node that is lost are tried again',
  async () => {
    const work = workload('ray');
    // Two addresses of this machine: Ray replaces 127.0.0.1 by the address of the network.
    const [head, other] = ['127.0.0.2', '127.0.0.3'];
    const port = 6399;
    const ray = (...args: string[]) =>
      start(
        join(programs!, 'ray'),
        [
          'start',
          '--num-cpus=1',
          '--object-store-memory=100000000',
          '--disable-usage-stats',
          '--block',
          ...args,
        ],
        // What it measures of the machine is not its own memory.
        { RAY_memory_monitor_refresh_ms: '0' },
        work.home,
      );
    const first = ray('--head', `--node-ip-address=${head}`, `--port=${port}`, '--include-dashboard=false', `--temp-dir=${work.home}/ray`); // prettier-ignore
    await until('the head is there', () => first.said().includes('Ray runtime started'));
    const second = ray(`--node-ip-address=${other}`, `--address=${head}:${port}`);
    await until('the other node is there', () => second.said().includes('Ray runtime started'));
    const job = start(join(programs!, 'python'), [join(root, 'deploy/score_ray.py')], {
      ...work.env,
      RAY_ADDRESS: `${head}:${port}`,
    });
    process.kill(await work.writing(KILLED), 'SIGKILL');
    const raylet = ancestors(await work.writing(ORPHANED)).find(({ name }) => name === 'raylet')!;
    process.kill(raylet.pid, 'SIGKILL');
    expect(await job.ended, job.said()).toBe(0);
    for (const shard of [FAILS, KILLED, ORPHANED])
      expect(work.tries(shard), `shard ${shard}`).toBeGreaterThan(1);
    work.check();
  },
);
