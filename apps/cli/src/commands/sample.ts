import { tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import type { BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { startBackend } from '../backend';
import { csvLine } from '../csv';
import { openModel, type SavedModel } from '../model';
import { writeResult, type Output } from '../output';
import { tensorRows, toArrays } from '../rows';

export interface SampleOptions {
  readonly count: number;
  readonly temperature: number;
  readonly seed: number;
  /** JSON lines instead of CSV. */
  readonly json: boolean;
  readonly out?: string;
  readonly backend: BackendName;
}

/** Samples inverted at a time. */
const PIECE = 1024;

/** Draw rows from a density, as CSV in the data's own units. */
export async function sample(path: string, options: SampleOptions, output: Output): Promise<number> {
  await startBackend(options.backend);
  await writeResult(output, options.out, pieces(await openModel(path), options));
  return 0;
}

/** The output piece by piece, so that a million rows need no more memory than a thousand. */
function* pieces({ density, columns }: SavedModel, options: SampleOptions): Generator<string> {
  const { count, temperature, seed, json } = options;
  const rng = createRng(seed);
  if (!json) yield csvLine(columns);
  for (let from = 0; from < count; from += PIECE) {
    const n = Math.min(PIECE, count - from);
    let rows: number[][] = [];
    tidy(() => {
      rows = toArrays(tensorRows(density.sample(n, rng.split(from), { temperature }) as Tensor2D));
    });
    // Nine digits tell any two float32 numbers apart.
    const short = (value: number): number => Number(value.toPrecision(9));
    const line = (row: number[]): string =>
      json
        ? `${JSON.stringify(Object.fromEntries(columns.map((name, j) => [name, short(row[j]!)])))}\n`
        : csvLine(row.map(short));
    yield rows.map(line).join('');
  }
}
