import type { BoundKind } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import type { Reconstruction } from '@iresnet/model';
import { batchesOf, type Data } from './data';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { toData, type Drawn } from './toData';

/** Examples that went to the latent space and back, with their errors. */
export interface Reconstructed extends Drawn {
  /** `[count]`: largest |x − F⁻¹(F(x))| over the values of an example, in units of the model's input. */
  readonly maxError: readonly number[];
  /**
   * `[count]`: a bound of ‖x − F⁻¹(F(x))‖₂, with all rounding on the way to the latent and back;
   * Infinity where none is known.
   */
  readonly errorBound: readonly number[];
  /** Whether the bounds are proven. The weakest part of the model decides. */
  readonly boundKind: BoundKind;
  /** `[count]`: ‖F(x̂) − z‖₂, what is left when the result goes to the latent again. */
  readonly residual: readonly number[];
  /** `[count]`: the largest error that a single fixed-point solve left, by its bound. */
  readonly solveBound: readonly number[];
  /** Evaluations of residual branches per block, on average over the pieces. */
  readonly evaluationsPerBlock: number;
}

/** Examples inverted at a time. */
const PIECE = { table: 1024, images: 100 } as const;

/**
 * F⁻¹(F(x)) with its error: how exact the inverse is. Images are in the middle of their levels.
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
  const { model, input } = pipeline;
  const { count, batch } = batchesOf(where, input, data);
  const drawn = toData(input, count);
  const maxError: number[] = [];
  const errorBound: number[] = [];
  const solveBound: number[] = [];
  const residual: number[] = [];
  let boundKind: BoundKind = 'proven';
  let evaluations = 0;
  let report: Reconstruction;
  await inPieces(
    count,
    PIECE[input.kind],
    (from, to) => {
      report = model.reconstruct(batch(from, to));
      return { x: report.value };
    },
    ({ x }, from, to) => {
      drawn.put(x, from);
      drawn.converged.push(...report.converged);
      maxError.push(...report.maxError);
      errorBound.push(...report.errorBound);
      solveBound.push(...report.solveBound);
      residual.push(...report.residual);
      if (report.boundKind !== 'proven') boundKind = report.boundKind;
      evaluations += report.evaluations / Math.ceil(count / PIECE[input.kind]);
      options.onProgress?.(to);
    },
  );
  return {
    ...drawn.result(),
    maxError,
    errorBound,
    boundKind,
    residual,
    solveBound,
    evaluationsPerBlock: evaluations / model.flow.blocks.length,
  };
}
