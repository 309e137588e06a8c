import { tensor2d } from '@tensorflow/tfjs';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { defaultConfig, parseConfig } from '../src/config';
import { csvCell, csvLine } from '../src/csv';
import { metricsUpTo, readMetrics } from '../src/metrics';
import { reproduce } from '../src/reproduce';
import { firstRows, mapRows, rowAt, tensorRows, toArrays, toTensor, type Rows } from '../src/rows';
import { quoted } from '../src/shell';
import { didYouMean } from '@iresnet/core/internal';
import { temporaryFolder } from './command';

const home = temporaryFolder('cli units ');

describe('CSV', () => {
  test.each([
    [1.5, '1.5'],
    [-1.5, '-1.5'],
    [-Infinity, '-Infinity'],
    ['-1.5', '-1.5'],
    ['+2e3', '+2e3'],
    ['plain name', 'plain name'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded ', '" padded "'],
    ['=cmd()', "'=cmd()"],
    ['+1+1', "'+1+1"],
    ['-x', "'-x"],
    ['@x', "'@x"],
    ['\tx', '"\'\tx"'],
    ['\n=x', '"\'\n=x"'],
    ['\u00a0=x', "'\u00a0=x"],
    ['＝x', "'＝x"],
    ['=a,"b"', '"\'=a,""b"""'],
  ])('%j is written %j', (value, text) => expect(csvCell(value)).toBe(text));

  test('a line', () => expect(csvLine(['a b', 2, '=c'])).toBe("a b,2,'=c\n"));
});

describe('rows', () => {
  const rows: Rows = { count: 3, width: 2, values: Float64Array.of(1, 2, 3, 4, 5, 6) };

  test('by row, first rows, to tensors and back', () => {
    expect(rowAt(rows, 1)).toEqual([3, 4]);
    expect(toArrays(firstRows(rows, 2))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(firstRows(rows, 9).count).toBe(3);
    const x = toTensor(rows, 1, 3);
    expect(x.shape).toEqual([2, 2]);
    expect(toArrays(tensorRows(x))).toEqual([
      [3, 4],
      [5, 6],
    ]);
    x.dispose();
  });

  test.each([1, 2, 3, 7])('in pieces of %i, each row once and in order', (piece) => {
    const sizes: number[] = [];
    const sums = mapRows(
      rows,
      (x, from) => {
        sizes.push(x.shape[0]);
        expect(rowAt(rows, from)).toEqual(Array.from(x.dataSync().slice(0, 2)));
        return x.sum(1).dataSync() as Float32Array;
      },
      piece,
    );
    expect(Array.from(sums)).toEqual([3, 7, 11]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(piece);
  });

  test('one column', () => expect(toArrays(tensorRows(tensor2d([[1], [2]])))).toEqual([[1], [2]]));
});

describe('configuration', () => {
  const good = defaultConfig({ kind: 'embedded', name: 'iris' });

  test('the defaults are a configuration, and one without a version is of the first', () => {
    expect(parseConfig(good, 'x')).toEqual(good);
    const { version: _version, ...older } = good;
    expect(parseConfig(older, 'x')).toEqual(good);
  });

  test.each([
    [{ ...good, stpes: 3 }, "c.json: unknown key 'stpes' (did you mean 'steps'?)"],
    [{ ...good, data: { kind: 'file', fiel: 'a.csv' } }, "c.json: data.file: expected string, received undefined; unknown key 'fiel' (did you mean 'file'?)"], // prettier-ignore
    [{ ...good, steps: '40' }, 'c.json: steps: expected number, received string'],
    [{ ...good, coefficient: 1 }, 'c.json: coefficient: expected number to be <1'],
    [{ ...good, hidden: [] }, 'c.json: hidden: expected array to have >=1 items'],
    [{ ...good, blocks: 1e9 }, 'c.json: blocks: expected number to be <=1000'],
    [{ ...good, version: 2, wings: true }, 'c.json: expected version 1 or older, got 2: a newer iresnet made it; update this one'], // prettier-ignore
    [null, 'c.json: configuration: expected object, received null'],
    [{ ...good, seed: -1, noise: NaN }, 'c.json: seed: expected number to be >=0; noise: expected number, received NaN'], // prettier-ignore
  ])('%j', (value, message) => {
    expect(() => parseConfig(value, 'c.json')).toThrow(
      expect.objectContaining({ kind: 'argument', message }),
    );
  });

  test('__proto__ is a key like others', () => {
    const value: unknown = JSON.parse(JSON.stringify(good).replace('{', '{"__proto__": {"polluted": 1}, '));
    expect(() => parseConfig(value, 'c.json')).toThrow("unknown key '__proto__'");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('the command that gives a run again is one for a shell', () => {
    const config = defaultConfig({ kind: 'file', file: "it's a table.csv", columns: ['a', 'b c'] });
    expect(reproduce(config)).toMatch(
      /^iresnet train --data 'it'\\''s a table\.csv' --columns 'a,b c' --steps 1000 /,
    );
    expect(quoted('runs/001-a_b.csv')).toBe('runs/001-a_b.csv');
  });
});

test.each([
  ['mooons', " (did you mean 'moons'?)"],
  ['MOON', " (did you mean 'moons'?)"],
  ['stpes', " (did you mean 'steps'?)"],
  ['zebra', ''],
])('a suggestion for %s', (name, text) => expect(didYouMean(name, ['moons', 'rings', 'steps'])).toBe(text));

describe('metrics', () => {
  const file = join(home, 'metrics.jsonl');
  const line = (event: string, step: number): string => `${JSON.stringify({ event, step, loss: 1 })}\n`;

  test('a line that a killed run was writing is passed over, and cut', () => {
    const before = line('begin', 0) + line('step', 1) + line('step', 2);
    writeFileSync(file, `${before}${line('step', 3)}${line('end', 2)}{"event":"st`);
    expect(readMetrics(file).map(({ step }) => step)).toEqual([0, 1, 2, 3, 2]);
    expect(metricsUpTo(file, 2)).toBe(before);
  });

  test.each([
    ['not json\n', /line 2: expected JSON/],
    ['{"event":"step"}\n', /line 2: expected an event and a step/],
  ])('another line is an error that names it: %j', (text, message) => {
    writeFileSync(file, line('begin', 0) + text);
    expect(() => readMetrics(file)).toThrow(message);
  });
});

test('folders that processes make at the same moment have numbers of their own', async () => {
  const runs = join(home, 'runs');
  mkdirSync(join(runs, '007-older'), { recursive: true });
  writeFileSync(join(runs, 'notes.txt'), '');
  const module = JSON.stringify(new URL('../src/runFolder.ts', import.meta.url).href);
  const make = (title: string) =>
    promisify(execFile)(process.execPath, [
      '--conditions=@iresnet/source',
      `--import=${import.meta.resolve('tsx')}`,
      '--input-type=module',
      `--eval=import { createRunFolder } from ${module};
        while (Date.now() % 1000 < 900);
        for (let i = 0; i < 40; i++) createRunFolder(${JSON.stringify(runs)}, ${JSON.stringify(title)});`,
    ]);
  await Promise.all(['first', 'zweiter Läufer/..'].map(make));
  const names = readdirSync(runs).filter((name) => /^\d/.test(name));
  const numbers = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 81 }, (_, i) => i + 7));
  expect(names.filter((name) => /^\d+-zweiter-Läufer-\.\.$/.test(name))).toHaveLength(40);
});
