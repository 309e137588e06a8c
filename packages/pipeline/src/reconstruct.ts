import { eventSize, type BoundKind } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { largestError } from '@iresnet/evaluation';
import type { Reconstruction } from '@iresnet/model';
import { atRows } from './atRows';
import { batchesOf, type Data } from './data';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { standardized } from './standardized';
import { toData, type Drawn } from './toData';
import type { Unusable } from './unusable';

/** Examples that went to the latent space and back, with their errors. */
export interface Reconstructed extends Drawn {
  /**
   * `[count]`: largest |x − F⁻¹(F(x))| over the values of an example, in the units of the data;
   * pixels have the range 1. Infinity of an unusable example.
   */
  readonly maxError: readonly number[];
  /**
   * `[count]`: the same in standard deviations of each transformed column; that of `maxError` for
   * images.
   */
  readonly maxDeviations: readonly number[];
  /**
   * `[count]`: a bound of ‖x − F⁻¹(F(x))‖₂ in the units of the data, with all rounding on the way
   * to the latent and back, and the slopes of the transforms of columns; Infinity where none is
   * known.
   */
  readonly errorBound: readonly number[];
  /** Whether the bounds are proven. The weakest part of the model decides. */
  readonly boundKind: BoundKind;
  /** `[count]`: ‖F(x̂) − z‖₂, what is left when the result goes to the latent again. */
  readonly residual: readonly number[];
  /**
   * `[count]`: the largest error that a single fixed-point solve left, by its bound, in deviations.
   */
  readonly solveBound: readonly number[];
  /**
   * The examples that cannot be inverted for what they hold, each with the reason. Their values are
   * NaN.
   */
  readonly unusable: readonly Unusable[];
  /** Evaluations of residual branches per block, on average over the pieces. */
  readonly evaluationsPerBlock: number;
}

/** Examples inverted at a time. */
export const INVERTED = { table: 1024, images: 100 } as const;

/**
 * F⁻¹(F(x)) with its error: how exact the inverse is. Images are in the middle of their levels.
 * Errors of rows are computed in float64, on the host.
 *
 * @param options - `onProgress` is called after each piece with the number of examples done.
 * An example whose inverse fails has `converged` false, and never ends the others.
 *
 * @throws IResNetError of kind `data` for data that does not fit.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, reconstruct, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * console.log((await reconstruct(pipeline, [[3.6, 79]])).maxError); // some 1e-5 minutes
 * ```
 */
export async function reconstruct(
  pipeline: Pipeline,
  data: Data,
  options: { readonly onProgress?: (done: number) => void } = {},
): Promise<Reconstructed> {
  const where = 'pipeline.reconstruct';
  checkOptions(where, options, { onProgress: true });
  const { input } = pipeline;
  const { model, host } = standardized(pipeline);
  const { count, shape, batch, exact, unusable } = batchesOf(where, pipeline, data);
  const drawn = toData(pipeline, count, false);
  const maxError: number[] = [];
  const maxDeviations: number[] = [];
  const errorBound: number[] = [];
  const solveBound: number[] = [];
  const residual: number[] = [];
  let boundKind: BoundKind = 'proven';
  const size = eventSize(shape);
  let evaluations = 0;
  let report: Reconstruction;
  await inPieces(
    model,
    count,
    INVERTED[input.kind],
    (from, to) => {
      const { piece, x } = atRows(model, batch(from, to));
      report = piece.reconstruct(x);
      return { x: report.value };
    },
    ({ x }, from, to) => {
      drawn.put(x, from);
      drawn.converged.push(...report.converged);
      solveBound.push(...report.solveBound);
      residual.push(...report.residual);
      if (report.boundKind !== 'proven') boundKind = report.boundKind;
      for (let i = from; i < to; i++) {
        const bound = report.errorBound[i - from]!;
        if (!exact) {
          errorBound.push(bound);
          maxError.push(report.maxError[i - from]!);
          maxDeviations.push(report.maxError[i - from]!);
          continue;
        }
        const { row, z } = exact(i);
        const off = z.map((value, j) => x[(i - from) * size + j]! - value);
        maxDeviations.push(largestError((host?.moved(off) ?? off).map(Math.abs)));
        maxError.push(largestError(host?.difference(row, z, off) ?? off.map(Math.abs)));
        // The row was rounded to float32, and the result in the units of the data is to float64.
        const own = 2 ** -24 * Math.hypot(...z) * (1 + 1e-6) + 1e-40;
        errorBound.push(host?.errorBound(row, z, bound + own) ?? bound + own);
      }
      evaluations += report.evaluations / Math.ceil(count / INVERTED[input.kind]);
      options.onProgress?.(to);
    },
  );
  const result = drawn.result();
  for (const { index } of unusable) {
    result.values.fill(NaN, index * size, (index + 1) * size);
    drawn.converged[index] = false;
    for (const errors of [maxError, maxDeviations, errorBound, solveBound, residual])
      errors[index] = Infinity;
  }
  return {
    ...result,
    maxError,
    maxDeviations,
    errorBound,
    boundKind,
    residual,
    solveBound,
    unusable,
    evaluationsPerBlock: evaluations / model.flow.blocks.length,
  };
}
