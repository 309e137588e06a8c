import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { toNpy } from '@iresnet/datasets';
import { csvText, here, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet shards ü ');
const path = (...names: string[]): string => join(home, ...names);
const quick = ['--backend', 'wasm', '-q'];
const columns = ['a', 'b'];
let run: string;

/** Scores of one process. */
async function whole(data: string, ...flags: string[]): Promise<string> {
  await succeed('score', run, '--data', data, '--out', path('whole'), ...flags, ...quick);
  return readFileSync(path('whole'), 'utf8');
}

const shardFlags = (data: string, parts: string, shard: string): string[] =>
  ['score', run, '--data', data, '--out', parts, '--shard', shard, ...quick]; // prettier-ignore

async function merged(parts: string, ...flags: string[]): Promise<string> {
  await succeed('merge', parts, '--out', path('merged.csv'), '-q', ...flags);
  return readFileSync(path('merged.csv'), 'utf8');
}

beforeAll(async () => {
  writeFileSync(path('base.csv'), csvText(columns, 60));
  await succeed('train', '--data', path('base.csv'), ...small, ...quick, '--out', path('runs'));
  run = path('runs/001-base');
});

describe('the shards of a table, merged,', () => {
  const rows = csvText(columns, 101);
  // A row that cannot be judged, and one that is there twice.
  const text = rows.replace(/\n[^\n]*\n([^\n]*\n)/, '\n1e39,2\n$1$1');
  const values = text.trim().split('\n').slice(1).flatMap((line) => line.split(',').map(Number)); // prettier-ignore
  const tables: readonly (readonly [string, number, () => string])[] = [
    ['CSV', 3, () => file('t.csv', text)],
    ['CSV with old line ends', 3, () => file('crlf.csv', text.replaceAll('\n', '\r\n'))],
    ['CSV with blank lines, comments and quoted cells', 4, () => file('odd.csv', `# of a station\n${text.replaceAll('\n', '\n\n').replace(/^(\d[^,\n]*),/gm, '"$1",')}`)], // prettier-ignore
    ['compressed CSV', 3, () => file('t.csv.gz', gzipSync(text))],
    ['npy', 5, () => file('t.npy', toNpy(Float64Array.from(values), [values.length / 2, 2]))],
    ['one row', 4, () => file('one.csv', 'a,b\n1,2')],
    ['more shards than rows', 30, () => file('few.csv', csvText(columns, 11))],
    [
      'a folder of files of different sizes',
      4,
      () => {
        mkdirSync(path('many'), { recursive: true });
        for (const [i, n] of [5, 90, 1, 20].entries()) file(`many/f${i}.csv`, csvText(columns, n + i));
        file('many/_SUCCESS', '');
        return path('many');
      },
    ],
  ];

  function file(name: string, content: string | Uint8Array): string {
    writeFileSync(path(name), content);
    return path(name);
  }

  test.each(tables)('are the bytes of one process: %s', async (name, count, make) => {
    // Columns of an array go by x1 and x2.
    const own = name === 'npy' ? ['--header', 'auto'] : [];
    if (name === 'npy') {
      writeFileSync(path('npybase.csv'), csvText(['x1', 'x2'], 60));
      await succeed('train', '--data', path('npybase.csv'), ...small, ...quick, '--out', path('npyruns'));
      run = path('npyruns/001-npybase');
    }
    const data = make();
    const parts = path(`parts ${name}`);
    // In any order.
    for (let i = count - 1; i >= 0; i--) await succeed(...shardFlags(data, parts, `${i}/${count}`), ...own);
    expect(await merged(parts)).toBe(await whole(data, ...own));
    expect(existsSync(join(parts, '_SUCCESS'))).toBe(true);
    run = path('runs/001-base');
  });

  test('are ranked by --top as one process ranks them', async () => {
    const data = file('t.csv', text);
    for (const [form, flags] of [
      ['csv', []],
      ['jsonl', ['--json']],
    ] as const) {
      const parts = path(`ranked ${form}`);
      for (let i = 0; i < 3; i++) await succeed(...shardFlags(data, parts, `${i}/3`), ...flags);
      const ranked = await whole(data, '--rank', '--format', form);
      const lines = ranked.split('\n');
      const header = form === 'csv' ? 1 : 0;
      for (const k of [1, 7, 500])
        expect(await merged(parts, '--top', String(k)), form).toBe(
          `${lines.slice(0, -1).slice(0, header + k).join('\n')}\n`, // prettier-ignore
        );
      // Standard output takes them too.
      expect(await succeed('merge', parts, '--top', '2')).toBe(`${lines.slice(0, header + 2).join('\n')}\n`);
    }
  });

  test('share the rows about equally', async () => {
    const data = file('even.csv', csvText(columns, 400));
    const parts = path('even');
    for (let i = 0; i < 4; i++) await succeed(...shardFlags(data, parts, `${i}/4`));
    for (const name of readdirSync(parts).filter((part) => part.endsWith('.csv')))
      expect(Math.abs(readFileSync(join(parts, name), 'utf8').split('\n').length - 2 - 100)).toBeLessThan(3);
  });
});

describe('a part', () => {
  const data = (): string => path('part.csv');
  const parts = (): string => path('parts');
  const one = (i: number): string => join(parts(), `part-0000${i}-of-00002.csv`);
  const shard = (i: number, ...flags: string[]) => here(...shardFlags(data(), parts(), `${i}/2`), ...flags);
  const changed = async (work: () => Promise<unknown>): Promise<boolean> => {
    const before = statSync(one(0), { bigint: true }).ino;
    await work();
    return statSync(one(0), { bigint: true }).ino !== before;
  };

  beforeAll(async () => {
    writeFileSync(data(), csvText(columns, 40));
    await shard(0);
    await shard(1);
  });

  test('that is there is kept; another model, seed, table or damage makes it again', async () => {
    expect(await changed(() => shard(0))).toBe(false);
    const said = await here(...shardFlags(data(), parts(), '0/2').filter((flag) => flag !== '-q'));
    expect(said.stderr).toContain('shard 0/2: its part is there already in');
    expect(await changed(() => shard(0, '--seed', '4'))).toBe(true);
    expect(await changed(() => shard(0))).toBe(true);
    const good = readFileSync(one(0));
    writeFileSync(one(0), Buffer.concat([good.subarray(0, -3), Buffer.from('1\n\n')]));
    expect(await changed(() => shard(0))).toBe(true);
    expect(readFileSync(one(0)).equals(good)).toBe(true);
    // One digit of the table, of the same size.
    const text = readFileSync(data(), 'utf8');
    writeFileSync(
      data(),
      text.replace(/\d(?=\n$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
    expect(await changed(() => shard(0))).toBe(true);
    expect((await here('merge', parts())).stderr).toMatch(
      /^error: .*another content of part\.csv in part-00001-of-00002\.csv/,
    );
    writeFileSync(data(), text);
    await shard(0);
    const { code } = await here('merge', parts(), '-q');
    expect(code).toBe(0);
  });

  test('that is missing, damaged or of other work is named, and nothing is written', async () => {
    const out = path('never.csv');
    const merge = () => here('merge', parts(), '--out', out);
    const record = readFileSync(`${one(1)}.json`);
    rmSync(`${one(1)}.json`);
    expect(await merge()).toMatchObject({
      code: 3,
      stderr: `error: ${parts()}: expected the parts of all 2 shards, but these are missing: 1; run them again\n`,
    });
    writeFileSync(`${one(1)}.json`, record);
    const good = readFileSync(one(1));
    writeFileSync(one(1), good.subarray(1));
    expect((await merge()).stderr).toContain('these have other bytes than their record says: 1');
    writeFileSync(one(1), good);
    await shard(1, '--seed', '9');
    expect((await merge()).stderr).toContain('found another options in part-00001-of-00002.csv');
    await succeed(...shardFlags(data(), parts(), '0/3'));
    expect((await merge()).stderr).toContain('found another shards');
    expect((await here('merge', path('nowhere'))).code).toBe(3);
    expect(existsSync(out)).toBe(false);
  });
});

describe('--shard', () => {
  test('of a launcher takes the number of the task, never the count of submitted ones', async () => {
    const data = path('base.csv');
    const scored = async (text: string, variables: Record<string, string>) => {
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
      const parts = path('environment');
      rmSync(parts, { recursive: true, force: true });
      const flags = shardFlags(data, parts, text).filter((flag) => flag !== '-q');
      const { code, stderr } = await here(...flags);
      vi.unstubAllEnvs();
      return code === 0 ? /shard (.*):/.exec(stderr)![1] : `${code} ${stderr}`;
    };
    expect(await scored('auto', { SLURM_ARRAY_TASK_ID: '3', SHARD_COUNT: '5' })).toBe(
      '3/5 (SLURM_ARRAY_TASK_ID)',
    );
    expect(await scored('auto/4', { PARALLEL_SEQ: '4' })).toBe('3/4 (PARALLEL_SEQ)');
    expect(await scored('auto', { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '2' })).toMatch(
      /^2 error: --shard: expected the number of shards beside SLURM_ARRAY_TASK_ID, got none; set SHARD_COUNT/,
    );
  });

  test.each([
    [['--shard', '8/8'], 'expected a shard from 0/8 to 7/8, got 8/8'],
    [['--shard', '-1/8'], "expected i/n such as 0/8, auto or auto/n, got '-1/8'"],
    [['--shard', '1'], "expected i/n such as 0/8, auto or auto/n, got '1'"],
    [['--shard', '0/0'], 'expected 1 to 100000 shards, got 0'],
    [['--shard', 'auto'], 'expected the number of this shard in SHARD_INDEX, SLURM_ARRAY_TASK_ID'],
    [['--shard', '0/2', '--rank'], 'expected --shard without --rank'],
    [['--shard', '0/2', '--format', 'npy'], 'expected --shard with csv or jsonl, got npy'],
  ])('%j is refused for good', async (flags, message) => {
    const { code, stderr } = await here(
      'score',
      run,
      '--data',
      path('base.csv'),
      '--out',
      path('p'),
      ...flags,
    );
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(path('p'))).toBe(false);
  });
});

test('--workers gives the bytes of one thread', async () => {
  const data = path('workers.csv');
  writeFileSync(data, csvText(columns, 20_000));
  await succeed(...shardFlags(data, path('by workers'), '0/1'), '--workers', '2');
  expect(await merged(path('by workers'))).toBe(await whole(data));
});

test('a shard and the merge say how far they are', async () => {
  writeFileSync(path('long.csv'), csvText(columns, 40));
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 11_000)); // a word every 10 s
  try {
    for (const i of [0, 1]) {
      const flags = ['--data', path('long.csv'), '--out', path('told'), '--shard', `${i}/2`];
      const { stderr } = await here('score', run, ...flags, '--backend', 'wasm');
      expect(stderr).toMatch(new RegExp(`^scoring shard ${i}/2: 20 rows in \\d+:\\d\\d$`, 'm'));
    }
    const { stderr } = await here('merge', path('told'), '--out', path('told.csv'));
    expect(stderr).toMatch(/^merging parts 1\/2 {2}ETA \d+:\d\d$/m);
  } finally {
    now.mockRestore();
  }
});
