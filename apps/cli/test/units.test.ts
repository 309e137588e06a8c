import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { defaultRecipe } from '@iresnet/pipeline';
import { parseConfig, runConfig } from '../src/run/config';
import { csvCell, csvLine } from '../src/terminal/csv';
import { metricsUpTo, readMetrics } from '../src/run/metrics';
import { reproduce } from '../src/run/reproduce';
import { quoted } from '../src/terminal/shell';
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

describe('configuration', () => {
  const good = runConfig({ kind: 'embedded', name: 'iris' }, defaultRecipe('table'));

  test('the defaults are a configuration, and one without a version is of the first', () => {
    expect(parseConfig(good, 'x')).toEqual(good);
    const { data, seed, steps, batchSize, learningRate, noise, holdOut, emaDecay, clipNorm, model } = good;
    const flow = { blocks: 8, hidden: [64, 64], activation: 'sin', coefficient: 0.98 };
    const older = { data, seed, steps, batchSize, learningRate, noise, holdOut, emaDecay, clipNorm, ...flow };
    // Held-out rows drew the curve of a run of the first version.
    const { logDet: _logDet, ...pieces } = model.flow as { logDet?: unknown };
    const { noiseEnd: _n, patience: _p, validateEvery: _e, whiten: _w, ...all } = good;
    expect(parseConfig(older, 'x')).toEqual({
      ...all,
      validation: 0,
      model: { kind: 'dense', flow: { ...pieces } },
    });
  });

  const dense = good.model as { kind: 'dense'; flow: object };
  const withFlow = (change: object) => ({ ...good, model: { ...dense, flow: { ...dense.flow, ...change } } });

  test.each([
    [{ ...good, stpes: 3 }, "unknown key 'stpes' (did you mean 'steps'?)"],
    [{ ...good, data: { kind: 'file', fiel: 'a.csv' } }, "unknown key 'fiel' (did you mean 'file'?)"],
    [{ ...good, data: { kind: 'file' } }, 'data.file: expected a text, got nothing'],
    [{ ...good, steps: '40' }, "steps: expected an integer ≥ 1, got '40'"],
    [withFlow({ coefficient: 1 }), 'coefficient: expected a number > 0 and < 1 or null, got 1'],
    [withFlow({ blocks: 0 }), 'blocks: expected an integer ≥ 1'],
    [{ ...good, version: 3, wings: true }, 'c.json: expected version 2 or older, got 3: a newer iresnet made it; update this one'],
    [null, 'c.json: expected the configuration of a run, got null'],
    [{ ...good, seed: -1, noise: NaN }, 'seed: expected an integer ≥ 0, got -1; noise: expected a number ≥ 0, got NaN'],
    [{ ...good, task: 'hybrid' }, 'expected the task hybrid with a label and density without, got hybrid'],
    [{ ...good, data: { kind: 'set', name: 'digits' } }, 'expected a model of kind image for the data, got dense'],
  ])('%j', (value, message) => {
    expect(() => parseConfig(value, 'c.json')).toThrow(
      expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
    );
  }); // prettier-ignore

  test('__proto__ is a key like others', () => {
    const value: unknown = JSON.parse(JSON.stringify(good).replace('{', '{"__proto__": {"polluted": 1}, '));
    expect(() => parseConfig(value, 'c.json')).toThrow("unknown key '__proto__'");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('the command that gives a run again is one for a shell', () => {
    const data = { kind: 'file', file: "it's a table.csv", columns: ['a', 'b c'] } as const;
    const config = runConfig(data, defaultRecipe('table'));
    expect(reproduce(config)).toMatch(
      /^iresnet train --data 'it'\\''s a table\.csv' --columns 'a,b c' --steps 600 /,
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
  const module = JSON.stringify(new URL('../src/run/runFolder.ts', import.meta.url).href);
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
