import { tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { startBackend } from '../backend';
import type { SampleOptions } from '../commands/sample';
import { csvLine } from '../csv';
import { openModel, type SavedModel } from '../model';
import { writeBytes, writeResult, type Output } from '../output';
import { tensorRows, toArrays } from '../rows';

/** Samples inverted at a time. */
const PIECE = 1024;
const ROWS = 1000;

/** Draw rows from a density in the data's own units, as CSV, as JSON lines, or as float32 `[n, d]` in a file that ends with .npy. */
export async function sample(path: string, options: SampleOptions, output: Output): Promise<number> {
  const { out } = options;
  await startBackend(options.backend);
  const saved = await openModel(path);
  if (out === undefined || !/\.npy$/i.test(out)) {
    await writeResult(output, out, lines(saved, options));
    return 0;
  }
  const rows = [...pieces(saved, options)].flat();
  const bytes = toNpy(Float32Array.from(rows.flat()), [rows.length, saved.columns.length]);
  await writeBytes(output, out, bytes);
  return 0;
}

/** Draws piece by piece, so that a million rows need no more memory than a thousand. */
function* pieces({ density }: SavedModel, options: SampleOptions): Generator<number[][]> {
  const { count = ROWS, temperature, seed } = options;
  const rng = createRng(seed);
  for (let from = 0; from < count; from += PIECE) {
    const n = Math.min(PIECE, count - from);
    let rows: number[][] = [];
    tidy(() => {
      rows = toArrays(tensorRows(density.sample(n, rng.split(from), { temperature }) as Tensor2D));
    });
    yield rows;
  }
}

function* lines(saved: SavedModel, options: SampleOptions): Generator<string> {
  const { columns } = saved;
  // Nine digits tell any two float32 numbers apart.
  const short = (value: number): number => Number(value.toPrecision(9));
  const line = (row: number[]): string =>
    options.json
      ? `${JSON.stringify(Object.fromEntries(columns.map((name, j) => [name, short(row[j]!)])))}\n`
      : csvLine(row.map(short));
  if (!options.json) yield csvLine(columns);
  for (const rows of pieces(saved, options)) yield rows.map(line).join('');
}
