import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { csvText, here, program, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet-deploy-');
const path = (...names: string[]): string => join(home, ...names);
const deploy = (name: string): string => fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));
const columns = ['a', 'b'];
const run = path('runs/001-base');

/** Scores of one process. */
async function whole(data: string): Promise<string> {
  await succeed('score', run, '--data', data, '--out', path('whole.csv'), '-q');
  return readFileSync(path('whole.csv'), 'utf8');
}

/** Run an example; `onText` gets what it says on standard error so far. */
async function example(
  name: string,
  env: Record<string, string>,
  onText: (said: string) => void = () => undefined,
) {
  const child = spawn('bash', [deploy(name)], {
    cwd: tmpdir(),
    env: { ...process.env, NODE_OPTIONS: '', IRESNET: program, RUN: run, ...env },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => onText((said += text)));
  child.stdout.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

beforeAll(async () => {
  writeFileSync(path('base.csv'), csvText(columns, 60));
  await succeed('train', '--data', path('base.csv'), ...small, '-q', '--out', path('runs'));
});

test('shards.sh: a shard that fails first, then one that is killed, are tried again; the bytes are those of one process', async () => {
  const data = path('late.csv');
  const parts = path('parts');
  writeFileSync(path('early.csv'), csvText(columns, 60_000));
  let came = false;
  const ended = example(
    'shards.sh',
    { DATA: data, OUT: path('scores.csv'), PARTS: parts, SHARDS: '2', JOBS: '1', TRIES: '4' },
    (said) => {
      if (came || !said.includes('shard 0/2: try 1 of 4 ended with 3')) return;
      came = true;
      renameSync(path('early.csv'), data);
    },
  );
  const writing = (): number[] =>
    (existsSync(parts) ? readdirSync(parts) : []).flatMap(
      (name) => /\.tmp-(\d+)-/.exec(name)?.slice(1).map(Number) ?? [],
    );
  let pid: number | undefined;
  void ended.then(() => (pid ??= 0));
  while (pid === undefined) {
    await sleep(5);
    pid ??= writing()[0];
  }
  process.kill(pid, 'SIGKILL');
  const { code, said } = await ended;
  expect(said).toContain('shard 0/2: try 2 of 4 ended with 137');
  expect(code).toBe(0);
  expect(readFileSync(path('scores.csv'), 'utf8')).toBe(await whole(data));
  expect(readdirSync(parts).sort()).toEqual([
    '_SUCCESS',
    ...[0, 1].flatMap((i) => [`part-0000${i}-of-00002.csv`, `part-0000${i}-of-00002.csv.json`]),
  ]);
});

test('score.sbatch: a task of a SLURM array writes its shard of all, also when it runs again without the others', async () => {
  const parts = path('slurm');
  const { code, said } = await example('score.sbatch', {
    DATA: path('base.csv'),
    PARTS: parts,
    SHARD_COUNT: '8',
    SLURM_ARRAY_TASK_ID: '5',
    SLURM_ARRAY_TASK_COUNT: '1',
  });
  expect(said).toContain('shard 5/8 (SLURM_ARRAY_TASK_ID): wrote its part to');
  expect(code).toBe(0);
  expect(readdirSync(parts)).toContain('part-00005-of-00008.csv');
});

test('kubernetes.yaml: the pods of the job write all parts', async () => {
  interface Job {
    readonly spec: {
      readonly completions: number;
      readonly template: {
        readonly spec: {
          readonly containers: readonly [
            {
              readonly args: readonly string[];
              readonly env: readonly { readonly name: string; readonly value: string }[];
            },
          ];
        };
      };
    };
  }
  const { spec } = parse(readFileSync(deploy('kubernetes.yaml'), 'utf8')) as Job;
  const [{ args, env }] = spec.template.spec.containers;
  const places: Record<string, string> = {
    'runs/001-faithful': run,
    big: path('base.csv'),
    parts: path('pods'),
  };
  try {
    for (const { name, value } of env) vi.stubEnv(name, value);
    for (let i = 0; i < spec.completions; i++) {
      vi.stubEnv('JOB_COMPLETION_INDEX', String(i));
      await succeed(...args.map((arg) => places[arg] ?? arg), '-q');
    }
  } finally {
    vi.unstubAllEnvs();
  }
  const { code } = await here('merge', path('pods'), '--out', path('pods.csv'), '-q');
  expect(code).toBe(0);
  expect(readFileSync(path('pods.csv'), 'utf8')).toBe(await whole(path('base.csv')));
});
