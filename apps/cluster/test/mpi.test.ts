import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { programsOf } from './harness/installed';
import { ancestors, endAll, KILLED, ORPHANED, root, SHARDS, start, useWorkload } from './harness/workload';

const workload = useWorkload();
afterAll(endAll);

test.skipIf(!programsOf('mpi', 'mpirun'))(
  'Open MPI: a rank that fails, one that is killed and a launcher that is killed end the job; tries go on',
  async () => {
    const work = workload('mpi');
    const ranks = ['-n', String(SHARDS), '--oversubscribe', '--allow-run-as-root'];
    // Shared memory, and loopback alone.
    const local = ['--mca', 'btl', 'self,vader', '--mca', 'oob_tcp_if_include', 'lo'];
    const job = start('bash', [join(root, 'deploy/mpi.sh'), ...ranks, ...local], work.env);
    process.kill(await work.writing(KILLED), 'SIGKILL');
    const launcher = ancestors(await work.writing(ORPHANED)).find(({ name }) => name === 'mpirun')!;
    process.kill(launcher.pid, 'SIGKILL');
    expect(await job.ended, job.said()).toBe(0);
    expect(job.said()).toMatch(/try 1 of 5 ended with /);
    expect(job.said()).toMatch(/ended with 137/);
    work.check();
  },
);
