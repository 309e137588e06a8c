import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { here, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet given ');

/** Weights of two sorts of fruit, "a, b" and c, in two sizes. */
function fruits(): string {
  const rng = createRng(1);
  const lines = Array.from({ length: 240 }, () => {
    const [sort, size] = [rng.nextInt(2), rng.nextInt(2)];
    const weight = 100 + 60 * sort + 20 * size + 4 * (rng.next() + rng.next() + rng.next() - 1.5);
    return `${weight.toFixed(2)},${sort ? '"a, b"' : 'c'},${size},${(weight / 10 + rng.next()).toFixed(3)}`;
  });
  const file = join(home, 'fruits.csv');
  writeFileSync(file, ['weight,sort,size,girth', ...lines, ''].join('\n'));
  return file;
}

describe('columns that are given', () => {
  const run = join(home, 'runs/001-fruits');
  const small = [
    '--blocks',
    '2',
    '--hidden',
    '16',
    '--steps',
    '150',
    '--learning-rate',
    '0.02',
    '--ema',
    '0.95',
  ];
  beforeAll(async () => {
    const flags = ['--given', 'sort,size', ...small, '-q', '--out', join(home, 'runs')];
    await succeed('train', '--data', fruits(), ...flags);
  }, 60_000);

  test('are kept in the configuration and in the command that gives the run again', () => {
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { given: string[] };
    expect(config.given).toEqual(['sort', 'size']);
    expect(readFileSync(join(run, 'run.json'), 'utf8')).toContain('--given sort,size');
  });

  test('decide how usual a row is, and have no reason of their own', async () => {
    const file = join(home, 'new.csv');
    writeFileSync(file, 'sort,size,weight,girth\nc,0,100,10.5\n"a, b",1,100,10.5\nd,0,100,10.5\n');
    const text = await succeed('score', run, '--data', file, '--explain', '--json', '-q');
    const [usual, odd, unknown] = text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(usual!['pValue']).toBeGreaterThan(0.1);
    expect(odd!['pValue']).toBeLessThan(0.08);
    expect(odd!['column1']).toMatch(/weight|girth/);
    expect(unknown!['unusable']).toContain("column 'sort': expected one of the");
    expect(await succeed('eval', run, '-q')).toContain('Gaussian without sort, size');
  });

  test('are given for draws by values or by a file', async () => {
    const text = await succeed('sample', run, '--given', '"sort=a, b",size=1', '-n', '40', '-q');
    const [head, ...rows] = text.trim().split('\n');
    expect(head).toBe('weight,girth,sort,size');
    expect(rows.every((row) => row.endsWith(',"a, b",1'))).toBe(true);
    const mean = rows.reduce((sum, row) => sum + Number(row.split(',')[0]), 0) / rows.length;
    expect(Math.abs(mean - 180)).toBeLessThan(8);
    const file = join(home, 'wanted.csv');
    writeFileSync(file, 'size,sort\n0,c\n1,c\n');
    const each = await succeed('sample', run, '--given-rows', file, '-n', '2', '--json', '-q');
    expect(each.trim().split('\n').map((line) => (JSON.parse(line) as { size: number }).size)).toEqual([0, 0, 1, 1]); // prettier-ignore
  });

  test.each([
    [['sample', run], 'expected --given sort=…,size=… or --given-rows, got neither'],
    [['sample', run, '--given', 'sort=c'], 'expected a value of size in --given, got 0'],
    [
      ['sample', run, '--given', 'sort=c,size=0,x=1'],
      'expected values of the given columns sort, size in --given, got x=1',
    ],
    [['sample', run, '--given', 'sort=d,size=0'], "found 'd'"],
    [['train', '--dataset', 'moons', '--given', 'x'], 'expected a table with --given, got --dataset moons'],
    [
      ['train', '--dataset', 'iris', '--given', 'petal', '--out', join(home, 'none')],
      "expected a column 'petal'",
    ],
  ])('mistakes: %j', async (args, message) => {
    const { code, stderr } = await here(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
