import * as tf from '@tensorflow/tfjs';
import { parseNpy } from '@iresnet/datasets';
import { certify, openModel, score as scoreRows } from '@iresnet/pipeline';
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { csvText, here, iresnet, shell, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet models ü ');
const run = join(home, 'runs/001-table');
const table = join(home, 'table.csv');
const columns = ['length', 'width', '=depth'];

beforeAll(async () => {
  writeFileSync(table, csvText(columns, 40));
  await succeed('train', '--data', table, ...small, '--out', join(home, 'runs'), '-q');
});

/** The numbers of a CSV text below its header. */
function numbers(text: string): number[][] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
}

describe('eval', () => {
  test('in a new process gives the numbers of the training', async () => {
    const { code, stdout, stderr } = await iresnet('eval', run, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')));
    expect(await succeed('eval', run)).toMatch(/^held-out log-likelihood/);
  });

  test('of a file is the mean of its scores', async () => {
    const scores = numbers(await succeed('score', run, '--data', table)).map(([, value]) => value!);
    const { rows, logLikelihood } = JSON.parse(await succeed('eval', run, '--data', table, '--json')) as {
      rows: number;
      logLikelihood: { mean: number };
    };
    expect(rows).toBe(40);
    expect(logLikelihood.mean).toBeCloseTo(scores.reduce((sum, value) => sum + value, 0) / 40, 12);
    expect(await succeed('eval', run, '--data', table)).toMatch(
      /^log-likelihood {2}-\d\.\d{3} ± 0\.\d{3} nats a row \(40 rows\)\n$/,
    );
  });
});

describe('score', () => {
  test('is the library’s log-likelihood, digit for digit', async () => {
    const scores = numbers(await succeed('score', run, '--data', table, '--backend', 'cpu')).map((row) => row.slice(0, 2)); // prettier-ignore
    expect(tf.getBackend()).toBe('cpu');
    const pipeline = await openModel(run);
    const { logProb } = await scoreRows(pipeline, numbers(readFileSync(table, 'utf8')));
    const truth = Array.from(logProb!);
    expect(scores).toEqual(truth.map((value, i) => [i + 1, value]));
  });

  test('ranks, writes files and JSON lines, and takes the columns by name', async () => {
    const other = join(home, 'other order.csv');
    const lines = readFileSync(table, 'utf8').trimEnd().split('\n');
    // Reordered, with a column that is no number beside.
    const swap = (line: string, note: string) => [note, ...line.split(',').reverse()].join(';');
    writeFileSync(other, lines.map((line, i) => swap(line, i === 0 ? 'note' : 'fine')).join('\r\n'));
    const plain = await succeed('score', run, '--data', table);
    expect(await succeed('score', run, '--data', other)).toBe(plain);

    const out = join(home, 'scores.jsonl');
    const { code, stdout, stderr } = await here(
      ...['score', run, '--data', table, '--rank', '--json', '--out', out],
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(
      /^warning: about \d+ % of these rows \(\d+ of \d+ that were compared\) are rows that the model was trained on: .*\nwrote .*\n$/,
    );
    const ranked = readFileSync(out, 'utf8').trimEnd().split('\n');
    const values = ranked.map((line) => JSON.parse(line) as { row: number; logLikelihood: number });
    const sorted = numbers(plain).sort((a, b) => a[1]! - b[1]!);
    expect(values.map(({ row, logLikelihood }) => [row, logLikelihood])).toEqual(
      sorted.map(([row, logLikelihood]) => [row, logLikelihood]),
    );
  });

  test.each([
    ['a column that is missing', 'lenght,width,=depth\n1,2,3\n', /expected a column 'length', found lenght, width, =depth \(did you mean 'lenght'\?\)/],
    ['a file in another form', 'length,width,=depth\n1,2 %,3\n1,3 %,3\n', /line 2, column 'width': expected a finite number, found '2 %' \(a percentage/],
  ])('refuses %s', async (_name, text, message) => {
    const file = join(home, 'bad.csv');
    const out = join(home, 'never.csv');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await here('score', run, '--data', file, '--out', out);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 3, stdout: '', lines: 2 });
    expect(stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  }); // prettier-ignore
});

test('without a file, score takes the held-out rows by their numbers in the table', async () => {
  const all = numbers(await succeed('score', run, '--data', table));
  const heldOut = numbers(await succeed('score', run));
  expect(heldOut).toHaveLength(8);
  for (const [row, value] of heldOut) expect(value).toBe(all[row! - 1]![1]);
  const out = join(home, 'scores.npy');
  await succeed('score', run, '--out', out);
  const { shape, data } = parseNpy(readFileSync(out));
  expect(shape).toEqual([8]);
  expect(Array.from(data)).toEqual(heldOut.map(([, value]) => value));
});

test('reconstruct gives the rows back', async () => {
  const text = await succeed('reconstruct', run, '--data', table, '-n', '5');
  expect(text.split('\n', 1)).toEqual(["row,length,width,'=depth,max_error,error_bound,residual,converged"]);
  const rows = numbers(readFileSync(table, 'utf8'));
  const lines = text.trimEnd().split('\n').slice(1);
  expect(lines).toHaveLength(5);
  lines.forEach((line, i) => {
    const [row, a, b, c, error, bound, residual, converged] = line.split(',');
    expect([row, converged]).toEqual([String(i + 1), 'true']);
    // Solves end at float32's reach for values of about 3.
    [a, b, c].forEach((value, j) => expect(Math.abs(Number(value) - rows[i]![j]!)).toBeLessThan(1e-4));
    expect(Number(error)).toBeLessThan(1e-4);
    expect(Number(bound)).toBeGreaterThan(0);
    expect(Number(residual)).toBeLessThan(1e-4);
  });
});

test('reconstruct says where the bound of the error is larger than the range of the data', async () => {
  const [header, first] = readFileSync(table, 'utf8').split('\n');
  const [a, ...rest] = first!.split(',');
  const near = join(home, 'near.csv');
  writeFileSync(near, `${[header, first, [Number(a) + 1e-7, ...rest].join()].join('\n')}\n`);
  const words = 'the error bound of 2 of 2 rows says nothing: it is larger than the range of the data';
  expect((await here('reconstruct', run, '--data', near)).stderr).toContain(words);
  expect((await here('reconstruct', run, '--data', near, '--quiet')).stderr).toBe('');
  expect((await here('reconstruct', run, '--data', table)).stderr).not.toContain('says nothing');
});

test('interpolate goes from row to row', async () => {
  const lines = numbers(await succeed('interpolate', run, '--data', table, '--from', '2,9', '--to', '5,1', '--steps', '3')); // prettier-ignore
  expect(lines.map((line) => line.slice(0, 3))).toEqual([[2, 5, 0], [2, 5, 0.5], [2, 5, 1], [9, 1, 0], [9, 1, 0.5], [9, 1, 1]]); // prettier-ignore
  const rows = numbers(readFileSync(table, 'utf8'));
  [[0, 2], [2, 5], [3, 9], [5, 1]].forEach(([line, row]) =>
    lines[line!]!.slice(3).forEach((value, j) => expect(Math.abs(value - rows[row! - 1]![j]!)).toBeLessThan(1e-4)),
  ); // prettier-ignore
  const missing = await here('interpolate', run, '--from', '41', '--to', '1', '--data', table);
  expect(missing).toMatchObject({ code: 2, stderr: 'error: iresnet interpolate: expected the number of a row (1, 2, 3, 4, 5 …), got 41\n' }); // prettier-ignore
});

test('certify prints the certificate of the density', async () => {
  expect(JSON.parse(await succeed('certify', run, '--json'))).toEqual(certify(await openModel(run)));
});

test.each([
  ['eval', '--dataset', 'mnist'],
  ['score', '--dataset', 'digits'],
  ['interpolate', '--classes', 'a,b'],
])('%s %s is for images', async (command, ...flags) => {
  const { code, stdout, stderr } = await here(command, run, ...flags);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: iresnet \w+: expected [^\n]* for a model of a table, got --[^\n]*\n$/);
});

describe('sample', () => {
  test('draws rows in the units of the data, the same for the same seed', async () => {
    const text = await succeed('sample', run, '-n', '1500', '--seed', '4');
    expect(text.split('\n', 1)).toEqual(["length,width,'=depth"]);
    const rows = numbers(text);
    expect(rows).toHaveLength(1500);
    // Columns of the table have means 0 to 0.4 and deviations about 0.7, 1.4 and 2.1; a hardly
    // trained flow keeps them.
    [0.7, 1.4, 2.1].forEach((deviation, j) => {
      const square = rows.reduce((sum, row) => sum + row[j]! ** 2, 0) / rows.length;
      expect(Math.sqrt(square) / deviation).toBeGreaterThan(0.7);
      expect(Math.sqrt(square) / deviation).toBeLessThan(1.4);
    });
    expect(await succeed('sample', run, '-n', '1500', '--seed', '4')).toBe(text);
    expect(await succeed('sample', run, '-n', '1500', '--seed', '5')).not.toBe(text);
    const cold = await succeed('sample', run, '-n', '2', '--seed', '4', '--temperature', '0.1', '--json');
    const out = join(home, 'rows.npy');
    await succeed('sample', run, '-n', '1500', '--seed', '4', '--out', out);
    const { shape, data } = parseNpy(readFileSync(out));
    expect([shape, data.constructor]).toEqual([[1500, 3], Float64Array]);
    // The text has nine digits.
    data.forEach((value, i) => expect(value / rows.flat()[i]!).toBeCloseTo(1, 8));
    expect(Object.keys(JSON.parse(cold.split('\n')[0]!) as object)).toEqual(columns);
  });

  test('into a pipe that closes is quiet, into a full device is one line', async () => {
    const closed = await shell(`$iresnet sample '${run}' -n 100000 | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(closed).toEqual({ code: 0, stdout: "length,width,'=depth\n0\n", stderr: '' });
    const full = await shell(`$iresnet sample '${run}' -n 5 > /dev/full`);
    expect(full.code).toBe(3);
    expect(full.stderr).toMatch(/^error: standard output: expected to write, got ENOSPC: [^\n]*\n$/);
  });

  test.each([
    [join(home, 'no folder/rows.csv'), 'no such file or folder (ENOENT)'],
    [home, 'it is a folder (EISDIR)'],
  ])('to %s, which cannot be written', async (out, reason) => {
    const { code, stderr } = await here('sample', run, '--out', out);
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 3, lines: 2 });
    expect(stderr).toContain(reason);
  });
});

test('report draws the page again, the same', async () => {
  const page = join(run, 'report.html');
  const before = readFileSync(page, 'utf8');
  rmSync(page);
  const { code, stdout } = await here('report', run, '-q');
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${page}\n` });
  expect(readFileSync(page, 'utf8')).toBe(before);
});

describe('a folder that is not what was written', () => {
  const tensors = 'model/model.safetensors';

  /** A copy of the run with something done to it. */
  function spoiled(name: string, spoil: (dir: string) => void): string {
    const dir = join(home, name);
    cpSync(run, dir, { recursive: true });
    spoil(dir);
    return dir;
  }
  function flip(file: string, at: number): void {
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
  }
  const replace = (file: string, from: string, to: string): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

  test.each<[string, (dir: string) => void, RegExp]>([
    ['truncated', (dir) => truncateSync(join(dir, tensors), 500), /model\.safetensors: expected \d+ bytes, got 500/],
    ['one bit of a weight', (dir) => flip(join(dir, tensors), 1500), /model\.safetensors: expected sha256/],
    ['no tensors', (dir) => rmSync(join(dir, tensors)), /model\.safetensors, got: no such file or folder/],
    ['no manifest', (dir) => rmSync(join(dir, 'model/manifest.json')), /manifest\.json, got: no such file or folder/],
    ['one bit of the manifest', (dir) => flip(join(dir, 'model/manifest.json'), 60), /manifest\.json: expected/],
    ['the model edited', (dir) => replace(join(dir, 'model/config.json'), '"blocks": 1', '"blocks": 2'), /config\.json: expected sha256/],
  ])('%s: every command refuses it', async (name, spoil, message) => {
    const dir = spoiled(name, spoil);
    for (const args of [['eval', dir], ['score', dir, '--data', table], ['sample', dir], ['report', dir, '-q']]) {
      const { code, stdout, stderr } = await here(...args);
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 3, stdout: '', lines: 2 });
      expect(stderr).toMatch(message);
    }
  }); // prettier-ignore

  test.each<[string, (dir: string) => void, RegExp]>([
    ['no config.json', (dir) => rmSync(join(dir, 'config.json')), /config\.json: expected a configuration file, got nothing there/],
    ['half of config.json', (dir) => truncateSync(join(dir, 'config.json'), 30), /config\.json: expected JSON, got /],
    ['config.json of other rows', (dir) => replace(join(dir, 'config.json'), '"seed": 1', '"seed": 2'), /expected the rows that the model was trained on, got others: table or config\.json has changed since/],
    ['config.json of another table', (dir) => replace(join(dir, 'config.json'), readFileSync(join(dir, 'config.json'), 'utf8').match(/"data": \{[^]*?\n {2}\}/)![0], '"data": { "kind": "embedded", "name": "iris" }'), /expected data as of the model, the columns length, width, =depth, got the columns Sepal\.Length, /],
  ])('%s: eval and report refuse it', async (name, spoil, message) => {
    const dir = spoiled(name, spoil);
    for (const args of [['eval', dir], ['report', dir, '-q']]) {
      const { code, stdout, stderr } = await here(...args);
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 3, stdout: '', lines: 2 });
      expect(stderr).toMatch(message);
    }
    expect(await succeed('sample', dir, '-n', '1')).toMatch(/^length/);
  }); // prettier-ignore

  test('no run.json, a spoiled line of metrics: report names it', async () => {
    const noInfo = spoiled('no info', (dir) => rmSync(join(dir, 'run.json')));
    expect((await here('report', noInfo, '-q')).stderr).toBe(`error: ${noInfo}/run.json: expected the record of a run, got nothing there\n`); // prettier-ignore
    const spoiledLine = spoiled('line', (dir) =>
      replace(join(dir, 'metrics.jsonl'), '"event":"step"', '"event":'),
    );
    const { code, stderr } = await here('report', spoiledLine, '-q');
    expect(code).toBe(3);
    expect(stderr).toMatch(/metrics\.jsonl: line 4: expected JSON/);
  });
});
