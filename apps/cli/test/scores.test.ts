import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTableFile } from '@iresnet/datasets/node';
import { defaultRecipe, tableSource } from '@iresnet/pipeline';
import { beforeAll, describe, expect, test } from 'vitest';
import { here, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet-scores-');
const path = (name: string): string => join(home, name);
const quick = ['--backend', 'wasm', '-q'];

/** A CSV file; numbers are written as they are. */
function csv(
  name: string,
  columns: readonly string[],
  rows: readonly (readonly (number | string)[])[],
): string {
  writeFileSync(path(name), `${[columns, ...rows].map((row) => row.join()).join('\n')}\n`);
  return path(name);
}

const smooth = (i: number, j: number): number =>
  Number((Math.sin(i * (j + 1.7) + j * j) * (j + 1) + i * 0.01).toFixed(6));
const table = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => smooth(i, j)));
const names = (columns: number): string[] => Array.from({ length: columns }, (_, j) => `c${j}`);

/** Train into a folder of its own; gives the run. */
async function trained(name: string, file: string, ...flags: string[]): Promise<string> {
  await succeed('train', '--data', file, ...small, ...quick, '--out', path(name), ...flags);
  return join(path(name), `001-${name}`);
}

/** Lines of CSV without their header, as cells. */
const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
const json = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('rows that float32 cannot hold', () => {
  let run: string;
  const rows = table(12, 2);
  rows[2] = [1e39, 0];
  rows[5] = [0, -1e25];
  rows[7] = [40, 0];
  rows[9] = [1e300, 0];
  let far: string;
  beforeAll(async () => {
    run = await trained('base', csv('base.csv', names(2), table(40, 2)));
    far = csv('far.csv', names(2), rows);
  });

  test('rank first, in the order of the file, and all others by their score', async () => {
    const { code, stdout, stderr } = await here('score', run, '--data', far, '--rank', ...quick);
    expect(code).toBe(0);
    const found = cells(stdout);
    expect(found.slice(0, 4).map(([row]) => row)).toEqual(['3', '6', '10', '8']);
    expect(found.slice(0, 3).map(([, score]) => score)).toEqual(['-Infinity', '-Infinity', '-Infinity']);
    const rest = found.slice(3).map(([, score]) => Number(score));
    expect(rest).toEqual([...rest].sort((a, b) => a - b));
    expect(rest.every(Number.isFinite)).toBe(true);
    expect(stderr).toMatch(
      /^warning: 3 of 12 rows cannot be judged: row 3, column 'c0': 1e\+39 is \d\.\de\+\d+ deviations off; row 6, column 'c1': -1e\+25 is /,
    );
    expect(stderr).toMatch(/\. They rank first\.\n/);
    // The others have the scores that they have alone.
    const alone = csv('near.csv', names(2), rows.filter((row) => Math.abs(row[0]! + row[1]!) < 1e10)); // prettier-ignore
    const near = cells(await succeed('score', run, '--data', alone, '--rank', ...quick));
    expect(near.map(([, score]) => score)).toEqual(found.slice(3).map(([, score]) => score));
  });

  test('have null and a reason in JSON, never a bare null', async () => {
    const { stdout, stderr } = await here('score', run, '--data', far, '--json', ...quick);
    const found = json(stdout);
    expect(found.map(({ row }) => row)).toEqual(rows.map((_, i) => i + 1));
    expect(stderr).toMatch(/\. They stand in their place, without a finite score\.\n/);
    expect(found.filter(({ logLikelihood }) => logLikelihood === null).map(({ row }) => row)).toEqual([
      3, 6, 10,
    ]);
    for (const { logLikelihood, unusable } of found)
      expect(unusable === undefined).toBe(logLikelihood !== null);
  });

  test('are left out of the figures of eval, which count them', async () => {
    const { code, stdout, stderr } = await here('eval', run, '--data', far, '--json', ...quick);
    const { unusable, logLikelihood } = JSON.parse(stdout) as {
      unusable: number;
      logLikelihood: { mean: number; standardError: number };
    };
    expect([code, unusable]).toEqual([0, 3]);
    expect(Number.isFinite(logLikelihood.mean + logLikelihood.standardError)).toBe(true);
    expect(stderr).toContain('3 of 12 rows cannot be judged');
    expect(await succeed('eval', run, '--data', far, ...quick)).toContain('(9 of 12 rows)');
    const none = csv('none.csv', names(2), [[1e39, 1]]);
    expect(await succeed('eval', run, '--data', none, ...quick)).toContain('no row can be judged');
    // One row has a mean, and no standard error of it.
    const one = csv('one.csv', names(2), [[0.1, 0.2]]);
    expect(await succeed('eval', run, '--data', one, ...quick)).toMatch(
      /^log-likelihood  -?[\d.]+ nats a row/,
    );
  });

  test('get no class', async () => {
    const labelled = table(40, 2).map((row, i) => [...row, i % 2 === 0 ? 'a' : 'b']);
    const model = await trained(
      'labelled',
      csv('labelled.csv', [...names(2), 'kind'], labelled),
      '--label',
      'kind',
    );
    const found = cells((await here('score', model, '--data', far, ...quick)).stdout);
    expect(found[2]).toEqual([
      '3',
      '-Infinity',
      '0',
      '0.111111',
      '',
      '',
      expect.stringMatching(/^"?column 'c0': 1e\+39 is /),
    ]);
    expect(found[0]![4]).toMatch(/^[ab]$/);
    const lines = json((await here('score', model, '--data', far, '--json', ...quick)).stdout);
    expect(lines[2]).toMatchObject({ logLikelihood: null, predicted: null, probability: null });
  });
});

describe('training', () => {
  test('with a fill value in a held-out row ends with figures and a report, and says so at its beginning', async () => {
    const recipe = defaultRecipe('table');
    const rows = table(40, 2);
    const { heldOut } = tableSource('t', { columns: names(2), rows: 40, values: Float64Array.from(rows.flat()) }, recipe); // prettier-ignore
    const [row] = heldOut.numbers!;
    for (const fill of [1e20, 1e39]) {
      rows[row! - 1]![1] = fill;
      const file = csv('fill.csv', names(2), rows);
      const { code, stdout, stderr } = await here('train', '--data', file, ...small, ...quick, '--out', path(`fill-${fill}`)); // prettier-ignore
      expect(stderr).toMatch(
        new RegExp(`^warning: row ${row}, column 'c1': ${String(fill).replace('+', '\\+')} is `),
      );
      expect(code).toBe(0);
      expect(stdout).toContain(`1 of 8 rows cannot be judged: row ${row}, column 'c1'`);
      const dir = join(path(`fill-${fill}`), '001-fill');
      expect(existsSync(join(dir, 'report.html'))).toBe(true);
      const results = JSON.parse(readFileSync(join(dir, 'results.json'), 'utf8')) as {
        heldOut: { mean: number };
        unusable: { rows: number };
        inverse: { skipped: number };
      };
      expect(Number.isFinite(results.heldOut.mean)).toBe(true);
      expect(results.unusable.rows).toBe(1);
      expect(results.inverse.skipped).toBeGreaterThan(0);
    }
  });

  test.each<[string, number[][], string]>([
    [
      'fewer rows than columns',
      table(24, 30),
      'Gaussian not available (expected more rows than columns, got',
    ],
    [
      'a copy of a column',
      table(40, 2).map(([a, b]) => [a!, b!, a!]),
      "Gaussian not available (expected independent columns, got 'c2'",
    ],
    [
      'a total',
      table(40, 2).map(([a, b]) => [a!, b!, a! + b!]),
      'Gaussian not available (expected independent columns',
    ],
    [
      'one-hot columns',
      table(40, 1).map(([a], i) => [a!, 0, 1, 2].map((x, j) => (j === 0 ? x : Number(i % 3 === j - 1) / 2))),
      'Gaussian not available (expected independent columns',
    ],
  ])(
    '%s: what has no Gaussian is trained all the same',
    async (_name, rows, reason) => {
      const file = csv('dull.csv', names(rows[0]!.length), rows);
      const { code, stdout } = await here('train', '--data', file, ...small, ...quick, '--out', path('dull'));
      expect([code, stdout.replaceAll(/ +/g, ' ')]).toEqual([0, expect.stringContaining(reason)]);
    },
    30_000,
  );
});

describe('a score is a function of model and row', () => {
  test.each([20, 140])(
    '%i columns: in any order, beside anything, for any copy',
    async (width) => {
      const rows = table(24, width);
      const run = await trained(`wide${width}`, csv(`wide${width}.csv`, names(width), rows));
      const scores = async (name: string, some: number[][]): Promise<string[]> =>
      cells(await succeed('score', run, '--data', csv(name, names(width), some), ...quick)).map(([, ...rest]) => rest.join()); // prettier-ignore
      const whole = await scores('whole.csv', rows);
      expect(await scores('reversed.csv', [...rows].reverse())).toEqual([...whole].reverse());
      expect(await scores('part.csv', rows.slice(5, 9))).toEqual(whole.slice(5, 9));
      expect(await scores('copies.csv', [rows[3]!, rows[3]!, rows[0]!, rows[3]!])).toEqual([whole[3], whole[3], whole[0], whole[3]]); // prettier-ignore
      const other = await succeed('score', run, '--data', path('whole.csv'), '--seed', '7', ...quick);
      const exact = width <= 128;
      expect(cells(other).map(([, ...rest]) => rest.join())).toEqual(exact ? whole : expect.not.arrayContaining(whole)); // prettier-ignore
      // Beyond 128 columns the chance of the probes stands beside the score.
      expect(other.split('\n')[0]).toBe(
        `row,log_likelihood,${exact ? '' : 'standard_error,'}percentile,p_value,unusable`,
      );
      if (!exact) {
        const [record] = json(await succeed('score', run, '--data', path('part.csv'), '--json', ...quick));
        expect(record!['standardError']).toBeGreaterThan(0);
        const many = await here('score', run, '--data', path('part.csv'), '--probes', '1000000000', ...quick);
        expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/expected at most \d+ probes for examples of \d+ values/)]); // prettier-ignore
      }
    },
    60_000,
  );
});

describe('decisions', () => {
  let run: string;
  let file: string;
  const rows = table(60, 2);
  rows[3] = [40, -40];
  rows[8] = [1e39, 0];
  beforeAll(async () => {
    run = await trained('usual', csv('usual.csv', names(2), table(120, 2)), '--hold-out', '0.2');
    file = csv('mixed.csv', names(2), rows);
  });
  /** The rows that are flagged. */
  const flagged = async (...flags: string[]): Promise<unknown[]> =>
    json((await here('score', run, '--data', file, '--json', ...quick, ...flags)).stdout)
      .filter((record) => record['flagged'] === true)
      .map(({ row }) => row);

  test('--alarm, --fdr and --top flag the strange rows, one by one and in order', async () => {
    // 24 rows are held out, so that the least p-value is 0.04.
    expect(await flagged('--alarm', '0.04')).toEqual(expect.arrayContaining([4, 9]));
    expect((await flagged('--alarm', '0.04')).length).toBeLessThan(12);
    expect(await flagged('--top', '2', '--rank')).toEqual([9, 4]);
    expect(await flagged('--fdr', '0.9')).toEqual(expect.arrayContaining([4, 9]));
    const low = await here('score', run, '--data', file, '--alarm', '0.01', ...quick);
    expect(low.stderr).toContain('no row is flagged: beside 24 usual rows the least p-value is 0.04');
    expect(cells(low.stdout).every(([, , , , flag]) => flag === 'false')).toBe(true);
    const few = await here('score', run, '--data', file, '--fdr', '0.1', ...quick);
    expect(few.stderr).toMatch(
      /^warning: no row is flagged: beside 24 usual rows the least p-value is 0\.04, which \d+ of 60 rows have; --fdr 0\.1 asks for \d+ usual rows then; give --calibrate a file of more$/m,
    );
    const both = await here('score', run, '--data', file, '--alarm', '0.1', '--top', '3', ...quick);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('one of --alarm, --fdr and --top')]);
  });

  test('the number of flagged rows is told at the end', async () => {
    const told = async (...flags: string[]): Promise<string> =>
      (await here('score', run, '--backend', 'wasm', ...flags)).stderr;
    const alarmed = (await flagged('--alarm', '0.04')).length;
    expect(await told('--data', file, '--alarm', '0.04')).toMatch(
      new RegExp(`^${alarmed} of 60 rows are flagged\n$`, 'm'),
    );
    expect(await told('--data', file, '--top', '1', '--json')).toMatch(/^1 of 60 rows is flagged\n$/m);
    const many = (await flagged('--fdr', '0.9')).length;
    expect(await told('--data', file, '--fdr', '0.9')).toContain(`\n${many} of 60 rows are flagged\n`);
    // Each file is a piece of its own.
    expect(await told('--data', file, file, '--alarm', '0.04')).toContain(
      `\n${2 * alarmed} of 120 rows are flagged\n`,
    );
    const parts = ['--data', file, '--alarm', '0.04', '--shard', '0/1', '--out', path('flagged parts')];
    expect(await told(...parts)).toContain(`\n${alarmed} of 60 rows are flagged\n`);
    expect(await told('--data', file, '--alarm', '0.04', '--quiet')).not.toContain('are flagged');
    expect(await told('--data', file)).not.toContain('flagged');
  });

  test('--calibrate takes the usual rows of a file; a model without any says what to do', async () => {
    const path = csv('calm.csv', names(2), table(300, 2).slice(121));
    const found = json(await succeed('score', run, '--data', path, '--calibrate', path, '--json', ...quick));
    // Beside themselves, n different scores have the p-values 2/(n + 1), …, 1.
    const p = found.map((record) => Number(record['pValue'])).sort((a, b) => a - b);
    expect(p).toEqual(p.map((_, i) => Number(((i + 2) / 180).toPrecision(6))));
    const old = join(import.meta.dirname, '../../../packages/pipeline/test/fixtures/table-v1');
    const geysers = csv('geysers.csv', ['eruptions', 'waiting'], [[3.6, 79]]);
    const refused = await here('score', old, '--data', geysers, '--alarm', '0.05', ...quick);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/a model that keeps scores of usual rows, .*give --calibrate a file/);
    expect(await succeed('score', old, '--data', geysers, ...quick)).toMatch(
      /^row,log_likelihood,unusable\n/,
    );
  });

  test('--explain names the columns of flagged rows, one by one and in order of their scores', async () => {
    const explained = async (...flags: string[]): Promise<Record<string, unknown>[]> =>
      json((await here('score', run, '--data', file, '--explain', '--json', ...quick, ...flags)).stdout);
    const alarmed = await explained('--alarm', '0.04');
    for (const { flagged: flag, column1 } of alarmed) expect(typeof column1 === 'string').toBe(flag);
    const ranked = await explained('--top', '2', '--rank');
    const of = (records: Record<string, unknown>[], number: number) =>
      records.find(({ row }) => row === number);
    // Row 4 is [40, −40], of which neither column alone explains all; row 9 is 1e39 in its first.
    expect(of(ranked, 4)).toEqual(of(alarmed, 4));
    expect(of(ranked, 9)).toMatchObject({ column1: 'c0', gain1: null, column2: null });
    expect(new Set([of(ranked, 4)!['column1'], of(ranked, 4)!['column2']])).toEqual(new Set(['c0', 'c1']));
    const [header] = (await here('score', run, '--data', file, '--explain', ...quick)).stdout.split('\n');
    expect(header).toBe('row,log_likelihood,percentile,p_value,column_1,usual_1,gain_1,column_2,usual_2,gain_2,column_3,usual_3,gain_3,unusable'); // prettier-ignore
  });

  test('a file of training rows is told', async () => {
    const { stderr } = await here('score', run, '--data', path('usual.csv'), ...quick);
    expect(stderr).toMatch(
      /^warning: about \d\d % of these rows \(\d+ of \d+ that were compared\) are rows that the model was trained on/,
    );
    const other = csv('other.csv', names(2), table(300, 2).slice(121));
    expect((await here('score', run, '--data', other, ...quick)).stderr).toBe('');
  });
});

describe('columns beside the scores', () => {
  let run: string;
  let rows: string;
  const row = (i: number): string[] => [
    `n${i}`,
    String(smooth(i, 0)),
    String(smooth(i, 1)),
    i % 3 ? 'a, b' : '=c',
  ];
  const text = (lines: readonly (readonly string[])[]): string =>
    [['name', 'c0', 'c1', 'row'], ...lines].map((line) => line.map((cell) => (/[,=]/.test(cell) ? `"${cell}"` : cell)).join()).join('\n'); // prettier-ignore
  beforeAll(async () => {
    const lines = Array.from({ length: 60 }, (_, i) => row(i));
    writeFileSync(path('named.csv'), text(lines));
    run = await trained('named', path('named.csv'), '--id', 'name');
    lines[2] = ['n2', '', '0.5', '=c'];
    lines[4] = ['n4', '12 %', '0.5', 'x'];
    lines[5] = ['n5', '1'];
    rows = path('rows.csv');
    writeFileSync(rows, text(lines.slice(0, 8)));
  });
  const scored = (...flags: string[]) => here('score', run, '--data', rows, ...quick, ...flags);

  test('those that name the rows come along, and a row that cannot be read says why', async () => {
    const { code, stdout } = await scored('--json');
    expect(code).toBe(0);
    const found = json(stdout);
    expect(found.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7']);
    expect(found.map(({ unusable }) => unusable)).toEqual([
      undefined,
      undefined,
      "column 'c0': expected a finite number, found nothing",
      undefined,
      "column 'c0': expected a finite number, found '12 %' (a percentage; write it without the sign)",
      'expected 4 fields, found 2',
      undefined,
      undefined,
    ]);
    expect(found.map(({ logLikelihood }) => logLikelihood === null)).toEqual(
      found.map(({ unusable }) => unusable !== undefined),
    );
  });

  test('all of them, under names that are not taken, in the order of the rank too', async () => {
    const { stdout } = await scored('--keep', 'all', '--rank');
    const [header, ...lines] = stdout.trimEnd().split('\n');
    expect(header).toBe('row,name,c0,c1,row_,log_likelihood,percentile,p_value,unusable');
    expect(lines.slice(0, 3).map((line) => line.split(',')[1])).toEqual(['n2', 'n4', 'n5']);
    const [third] = lines.filter((line) => line.startsWith('4,'));
    // A formula of the file stays none in a spreadsheet.
    expect(third).toMatch(new RegExp(`^4,n3,${row(3)[1]},${row(3)[2]},'=c,-?\\d`));
    const alone = (await scored('--keep', 'name,c1')).stdout.split('\n');
    expect(alone[0]).toBe('row,name,c1,log_likelihood,percentile,p_value,unusable');
    expect(await scored('--keep', 'nome')).toMatchObject({
      code: 3,
      stderr: `error: ${rows}: expected a column 'nome' to keep, found none\n`,
    });
  });

  test('bad rows can be left out, or end the file, with the rows before them written', async () => {
    const skipped = await scored('--on-bad-row', 'skip');
    expect(cells(skipped.stdout).map(([number]) => number)).toEqual(['1', '2', '4', '7', '8']);
    expect(skipped.stderr).toContain('3 of 8 rows cannot be judged');
    const stopped = await scored('--on-bad-row', 'stop');
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toContain("line 4, column 'c0': expected a finite number, found nothing");
    expect(cells(stopped.stdout).map(([number]) => number)).toEqual(['1', '2']);
  });

  test('go into the form that the name of the file asks for, on several threads too', async () => {
    const { stdout } = await scored('--keep', 'all');
    await scored('--keep', 'all', '--out', path('s.csv.gz'), '--workers', '2');
    expect(gunzipSync(readFileSync(path('s.csv.gz'))).toString()).toBe(stdout);
    await scored('--keep', 'all', '--out', path('s.parquet'));
    const { columns, kept } = await readTableFile(path('s.parquet'), { columns: ['row'], keep: 'all' });
    expect([columns, kept!.columns.join()]).toEqual([['row'], stdout.split('\n', 1)[0]]);
    expect(kept!.cells.map(([, name]) => name)).toEqual(cells(stdout).map(([, name]) => name));
    for (const name of ['s.xlsx', 's.json'])
      expect(await scored('--out', path(name))).toMatchObject({ code: 2 });
    expect(await here('sample', run, '-n', '2', '--out', path('d.xls'), ...quick)).toMatchObject({ code: 2 });
    expect(['s.xlsx', 's.json', 'd.xls'].some((name) => existsSync(path(name)))).toBe(false);
  });
});
