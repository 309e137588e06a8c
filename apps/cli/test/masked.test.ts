import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { here, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet masked ');
/**
 * girth is 3 · height + 10 + normal noise of deviation 1; height is normal around 20, deviation 2.
 */

/** Trees of two sorts, of which one cell in eight is empty. */
function trees(): string {
  const rng = createRng(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  const lines = Array.from({ length: 600 }, (_, i) => {
    const height = 20 + 2 * normal();
    const girth = 3 * height + 10 + normal();
    const cells = [height.toFixed(2), girth.toFixed(2), rng.nextInt(2) ? 'oak' : 'elm'];
    return [`t${i}`, ...cells.map((cell) => (rng.nextInt(8) === 0 ? '' : cell))].join();
  });
  const file = join(home, 'trees.csv');
  writeFileSync(file, ['tree,height,girth,sort', ...lines, ''].join('\n'));
  return file;
}

describe('a table with empty cells', () => {
  const run = join(home, 'runs/001-trees');
  const file = join(home, 'new.csv');
  beforeAll(async () => {
    const flags = ['--blocks', '2', '--hidden', '16', '--steps', '60', '--ema', '0.9', '-q'];
    await succeed('train', '--data', trees(), '--missing', 'marginal', ...flags, '--out', join(home, 'runs'));
    writeFileSync(
      file,
      'sort,note,girth,tree,height\noak,"a, b",70.0,x1,\n,,,x2,20\nelm,,50,x3,30\nelm,,tall,x4,20\n,,,x5,\n',
    );
  }, 60_000);

  test('is kept in the configuration, and the command gives the run again', async () => {
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as {
      data: { missing: string; schema: { column: string; missing?: boolean }[] };
      model: { flow: { masked: boolean } };
    };
    expect(config.data.missing).toBe('marginal');
    expect(config.data.schema.find(({ column }) => column === 'sort')).not.toHaveProperty('missing');
    expect(config.model.flow.masked).toBe(true);
    expect(readFileSync(join(run, 'run.json'), 'utf8')).toContain('--missing marginal');
    expect(await succeed('certify', run, '-q')).toContain('proven');
    expect(await succeed('eval', run, '-q')).toContain('complete rows of');
  });

  test('scores are marginals of what is there, with a surprise of each column', async () => {
    const text = await succeed('score', run, '--data', file, '--explain', '--json', '-q');
    const rows = text.trim().split('\n').map((record) => JSON.parse(record) as Record<string, number | string | null>); // prettier-ignore
    expect(rows.map(({ missing }) => missing)).toEqual([1, 2, 0, 1, 3]);
    // ln N(20; 20, 2) of the height alone.
    expect(Math.abs((rows[1]!['logLikelihood'] as number) + Math.log(2 * Math.sqrt(2 * Math.PI)))).toBeLessThan(0.1); // prettier-ignore
    expect(rows[1]!['surprise_girth']).toBeNull();
    expect(rows[2]!['pValue']).toBeLessThan(0.05);
    expect(rows[2]!['column1']).toMatch(/height|girth/);
    expect(rows[2]!['surprise_girth']).toBeGreaterThan(20);
    expect(rows[3]!['unusable']).toContain("column 'girth': expected a finite number, found 'tall'");
    expect(rows[4]!['unusable']).toContain('expected a value in a column, got none');
  });

  test('empty cells are drawn given the others, and all else stands as it was', async () => {
    const { stdout, stderr } = await here('sample', run, '--like', file, '-n', '60', '--seed', '2');
    const [head, ...rows] = stdout.trim().split('\n');
    expect(head).toBe('sort,note,girth,tree,height');
    expect(rows).toHaveLength(300);
    const first = rows.slice(0, 60);
    expect(first.every((row) => row.startsWith('oak,"a, b",70.0,x1,'))).toBe(true);
    const heights = first.map((row) => Number(row.split(',').at(-1)));
    // The mean of N(20, 2) given a girth of 70 that is 3 h + 10 ± 1.
    const mean = (20 / 4 + 9 * (60 / 3)) / (1 / 4 + 9);
    expect(Math.abs(heights.reduce((sum, h) => sum + h / 60, 0) - mean)).toBeLessThan(0.2);
    expect(rows.slice(60, 120).every((row) => /^(oak|elm),,[\d.]+,x2,20$/.test(row))).toBe(true);
    expect(rows[120]).toBe('elm,,50,x3,30');
    expect(rows[180]).toBe('elm,,tall,x4,20');
    expect(rows.slice(240).every((row) => /^(oak|elm),,[\d.]+,x5,[\d.]+$/.test(row))).toBe(true);
    expect(stderr).toContain("1 of 5 rows cannot be completed: row 4, column 'girth'");
  });

  test.each([
    [['sample', run, '--like', file, '--workers', '2'], 'expected --like without --workers, got both'],
    [
      ['train', '--data', file, '--missing', 'marginal', '--given', 'sort'],
      'expected a density without given',
    ],
    [['train', '--data', file, '--missing', 'marginal', '--base', 'studentT'], 'got the base studentT'],
    [['train', '--data', file, '--label', 'sort', '--missing', 'marginal'], 'masked flow, got hybrid'],
  ])('mistakes: %j', async (args, message) => {
    const { code, stderr } = await here(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
