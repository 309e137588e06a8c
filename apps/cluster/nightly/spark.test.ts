import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environmentOf, programsOf } from '../test/harness/installed';
import { ancestors, endAll, root, start, until, useWorkload } from '../test/harness/workload';

const workload = useWorkload();
const programs = programsOf('spark', 'java') ? environmentOf('spark', 'spark-submit') : null;
afterAll(endAll);

test.skipIf(programs === null)(
  'Spark: a partition that fails, a process that is killed and an executor that is killed are tried again',
  async () => {
    const work = workload('spark');
    const local = {
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_NO_DAEMONIZE: '1',
      PYSPARK_PYTHON: join(programs!, 'python'),
    };
    const node = (name: string, ...args: string[]) =>
      start(
        join(programs!, 'spark-class'),
        [`org.apache.spark.deploy.${name}`, '--host', '127.0.0.1', ...args],
        { ...local, SPARK_DAEMON_MEMORY: '256m', SPARK_WORKER_DIR: join(work.home, 'spark') },
        work.home,
      );
    const master = node('master.Master', '--port', '17077', '--webui-port', '18080');
    await until('the master listens', () => master.said().includes('Starting Spark master at'));
    for (const k of [1, 2])
      node('worker.Worker', '--webui-port', `1808${k}`, '--cores', '1', '--memory', '700m', 'spark://127.0.0.1:17077'); // prettier-ignore
    await until('two workers are there', () => master.said().match(/Registering worker/g)?.length === 2);

    const lines = join(work.home, 'lines.csv');
    writeFileSync(lines, readFileSync(work.env['DATA']!, 'utf8').split('\n').slice(1).join('\n'));
    const config = {
      'spark.master': 'spark://127.0.0.1:17077',
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
      'spark.ui.enabled': 'false',
      'spark.executor.memory': '500m',
      'spark.cores.max': '2',
    };
    const job = start(
      join(programs!, 'spark-submit'),
      [...Object.entries(config).flatMap(([name, value]) => ['--conf', `${name}=${value}`]), join(root, 'deploy/score_spark.py')], // prettier-ignore
      { ...local, ...work.env, COLUMNS: 'a,b', PARTITIONS: '4', DATA: lines, OUT: join(work.home, 'scores') },
    );
    // The first process fails. Of the next ones, one is killed, and later the executor of another.
    const begun = async (k: number): Promise<number> => {
      await until(`process ${k} begins`, () => work.begun().length > k);
      return work.begun()[k]!;
    };
    process.kill(await begun(1), 'SIGKILL');
    const executor = ancestors(await begun(3)).find(({ name }) => name === 'java')!;
    process.kill(executor.pid, 'SIGKILL');
    expect(await job.ended, job.said()).toBe(0);
    const parts = readdirSync(join(work.home, 'scores'))
      .filter((name) => name.startsWith('part-'))
      .sort();
    expect(parts.length).toBe(4);
    const scores = parts.flatMap((name) =>
      readFileSync(join(work.home, 'scores', name), 'utf8')
        .trim()
        .split('\n'),
    );
    // Their own columns, then what one process says of them without the numbers of the rows.
    const rows = readFileSync(lines, 'utf8').trim().split('\n');
    const whole = work.whole().trim().split('\n').slice(1);
    expect(scores).toEqual(rows.map((row, i) => `${row},${whole[i]!.replace(/^\d+,/, '')}`));
  },
);
