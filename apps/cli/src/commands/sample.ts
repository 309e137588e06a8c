import { tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { openModel } from '../model';
import { csv, writeResult, type Output } from '../output';
import { tensorRows, toArrays } from '../rows';

export interface SampleOptions {
  readonly count: number;
  readonly temperature: number;
  readonly seed: number;
  readonly out?: string;
  readonly backend: BackendName;
}

/** Samples inverted at a time. */
const PIECE = 1024;

/** Draw rows from a density, as CSV in the data's own units. */
export async function sample(path: string, options: SampleOptions, output: Output): Promise<number> {
  await useBackend(options.backend);
  const { density, columns } = await openModel(path);
  const rng = createRng(options.seed);
  const rows: number[][] = [];
  for (let from = 0; from < options.count; from += PIECE) {
    const n = Math.min(PIECE, options.count - from);
    tidy(() => {
      const x = density.sample(n, rng.split(from), { temperature: options.temperature });
      rows.push(...toArrays(tensorRows(x as Tensor2D)));
    });
  }
  await writeResult(output, options.out, csv(columns, rows));
  return 0;
}
