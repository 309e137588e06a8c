import * as tf from '@tensorflow/tfjs';
import { createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { useBackend } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { parseNpy } from '@iresnet/datasets';
import { readTableFile } from '@iresnet/datasets/node';
import {
  defaultRecipe,
  judgedRows,
  references,
  tableFigures,
  tableSource,
  train,
  type DenseRecipe,
  type Pipeline,
  type Recipe,
} from '@iresnet/pipeline';
import { beforeAll, describe, expect, test } from 'vitest';
import { scoreRows } from '../src/table/score';
import { tableSummary } from '@iresnet/pipeline/run';
import type { Output } from '../src/terminal/output';
import { here, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet big ü ');
const COLUMNS = 6;
const sizes = [20_000, 200_000] as const;

/** Standard normal columns from a linear congruential generator, the same every time. */
async function bigTable(rows: number): Promise<string> {
  const file = join(home, `${rows}.csv`);
  const out = createWriteStream(file);
  out.write(`${Array.from({ length: COLUMNS }, (_, j) => `c${j}`).join()}\n`);
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  let text = '';
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: COLUMNS }, () =>
      (Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())).toFixed(4),
    );
    text += `${row.join()}\n`;
  }
  out.end(text);
  await finished(out);
  return file;
}

interface Trained {
  readonly file: string;
  readonly pipeline: Pipeline;
  readonly peakBytes: number;
  readonly lasting: number;
  readonly summary: string;
  readonly compared: string[];
}

async function trained(rows: number): Promise<Trained> {
  const file = await bigTable(rows);
  const defaults = defaultRecipe('table');
  const { flow } = defaults.model as DenseRecipe;
  const model = { kind: 'dense', flow: { ...flow, blocks: 1, hidden: [8] } } as const;
  const recipe: Recipe = { ...defaults, steps: 3, holdOut: 0.2, model };
  const before = tf.memory().numBytes;
  const source = tableSource('big', await readTableFile(file, {}), recipe);
  const lasting = tf.memory().numBytes - before;
  let pipeline: Pipeline | undefined;
  let summary = '';
  const profile = await tf.profile(async () => {
    ({ pipeline } = await train(source, recipe));
    summary = tableSummary(await tableFigures(pipeline, source, [], createRng(1)))
      .map((line) => line.join('  '))
      .join('\n');
    return [];
  });
  const compared = references(source).map(({ name, note }) => `${name} ${note ?? ''}`);
  return { file, pipeline: pipeline!, peakBytes: profile.peakBytes - before, lasting, summary, compared };
}

describe('ten times the rows', () => {
  let runs: Trained[];
  beforeAll(async () => {
    await useBackend('wasm');
    runs = [await trained(sizes[0]), await trained(sizes[1])];
  }, 240_000);

  test('take no more of the device in training and judging, and none to be opened', () => {
    const [small, big] = runs as [Trained, Trained];
    expect([small.lasting, big.lasting]).toEqual([0, 0]);
    // The second model was made while the first, which is the same, stood: 1 block of 6 − 8 − 6 and
    // its state.
    expect(Math.abs(big.peakBytes - small.peakBytes)).toBeLessThan(4096);
    // All training rows as float32 would be 2.7 million bytes more.
  });

  test('are judged in part, which the figures say', () => {
    const [small, big] = runs as [Trained, Trained];
    expect(small.summary).toContain('nats a row (4000 rows)');
    expect(big.summary).toContain(`nats a row (${judgedRows(COLUMNS)} of 40000 rows)`);
    expect(big.compared).toEqual(['Gaussian ', 'kernel density on 5,000 of 130,000 training rows']);
  });

  test('are scored in memory that does not grow with them', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const opened = { path: home, pipeline: runs[0]!.pipeline };
    const live: number[][] = [];
    const device: number[] = [];
    for (const [i, { file }] of runs.entries()) {
      const samples: number[] = [];
      let lines = 0;
      const output: Output = {
        data(text) {
          lines += text.split('\n').length - 1;
          collect();
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          samples.push(heapUsed + arrayBuffers);
          return Promise.resolve();
        },
        log: () => undefined,
        warn: () => undefined,
        quiet: true,
      };
      const options = {
        data: file,
        format: 'csv',
        rank: false,
        explain: false,
        seed: 0,
        backend: 'wasm',
      } as const;
      await scoreRows(opened, options, output);
      live.push(samples);
      expect(lines).toBe(1 + sizes[i]!);
      // A profile keeps a record of every kernel call, so it is made apart.
      const before = tf.memory().numBytes;
      const quiet = { ...output, data: () => Promise.resolve() };
      const profile = await tf.profile(() => scoreRows(opened, options, quiet).then(() => []));
      device.push(profile.peakBytes - before);
    }
    const [small, big] = live as [number[], number[]];
    // The header, then texts of 8,192 rows; a piece of 65,536 has eight.
    expect([small.length, big.length]).toEqual([4, 26]);
    // A full piece is three times the small table: its values, the reader's buffer, its scores with
    // their p-values, and its lines.
    expect(Math.max(...big) - Math.max(...small)).toBeLessThan(26e6);
    // From one full piece to the next nothing stays. A piece that is read ahead, 2 MB of numbers
    // and about as much text, may be alive at one moment and not at the other; two pieces that
    // stayed with their output would be 12 MB.
    expect(big[17]! - big[9]!).toBeLessThan(8e6);
    expect(device[1]).toBe(device[0]);
  });
});

describe('tables in other forms', () => {
  const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(i * 1.7) + i * 0.01, Math.cos(i * i) * 2]);
  const text = `a,b\n${rows.map((row) => row.map((value) => value.toFixed(6)).join()).join('\n')}\n`;
  const small = ['--blocks', '1', '--hidden', '8', '--steps', '4', '-q', '--json'];
  const figures = async (file: string, content: string | Uint8Array): Promise<unknown> => {
    writeFileSync(join(home, file), content);
    const { dir: _dir, ...found } = JSON.parse(
      await succeed('train', '--data', join(home, file), ...small, '--out', join(home, `runs ${file}`)),
    ) as { dir: string };
    return found;
  };

  test('gzip is the same table, and its run goes by the name without .gz', async () => {
    expect(await figures('t.csv.gz', gzipSync(text))).toEqual(await figures('t.csv', text));
    expect(readdirSync(join(home, 'runs t.csv.gz'))).toEqual(['001-t']);
  });

  test('scores of a file, ranked or not, as text or as an array, are the same numbers', async () => {
    await figures('u.csv', text);
    const run = join(home, 'runs u.csv/001-u');
    const data = ['--data', join(home, 'u.csv')];
    const plain = (await succeed('score', run, ...data)).trimEnd().split('\n').slice(1);
    expect(plain.map((line) => Number(line.split(',')[0]))).toEqual(rows.map((_, i) => i + 1));
    const ranked = (await succeed('score', run, ...data, '--rank')).trimEnd().split('\n').slice(1);
    const value = (line: string): number => Number(line.split(',')[1]);
    expect(ranked).toEqual([...plain].sort((a, b) => value(a) - value(b)));
    await succeed('score', run, ...data, '--out', join(home, 's.csv'), '-q');
    expect(readFileSync(join(home, 's.csv'), 'utf8').trimEnd().split('\n').slice(1)).toEqual(plain);
    await succeed('score', run, ...data, '--out', join(home, 's.npy'), '-q');
    expect(Array.from(parseNpy(readFileSync(join(home, 's.npy'))).data)).toEqual(plain.map(value));
  });

  test('a bad row far down leaves the file that was there', async () => {
    await figures('v.csv', text);
    const out = join(home, 'kept.csv');
    writeFileSync(out, 'kept');
    const lines = text.trimEnd().split('\n').slice(1);
    const long = Array.from({ length: 70_000 }, (_, i) => lines[i % lines.length]!);
    writeFileSync(join(home, 'long.csv'), `a,b\n${long.join('\n')}\n1,5%\n`);
    const run = join(home, 'runs v.csv/001-v');
    const { code, stderr } = await here(
      'score',
      run,
      ...['--data', join(home, 'long.csv'), '--out', out, '--on-bad-row', 'stop'],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/long\.csv: line 70002, column 'b': expected a finite number, found '5%'/);
    expect(readFileSync(out, 'utf8')).toBe('kept');
    expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
