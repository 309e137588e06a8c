import { ensure } from '@iresnet/core/internal';
import { IResNetError, type InverseReport } from '@iresnet/core';
import { batchesOf, type Data } from './data';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { standardized } from './standardized';
import { toData, type Drawn } from './toData';

/**
 * The straight lines between the latents of pairs of examples: F⁻¹((1 − t) F(a) + t F(b)) for
 * `steps` equally spaced t from 0 to 1, both ends included.
 *
 * @param from - The a, as many as there are b.
 * @param to - The b.
 * @returns `count` is pairs × steps; all of the first line comes first.
 * @throws IResNetError of kind `argument` when there are fewer than two steps, or not as many ends
 * as beginnings; of kind `data` for an end that float32 cannot hold.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, interpolate, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * console.log((await interpolate(pipeline, [[1.8, 54]], [[4.5, 82]], 5)).values); // five rows
 * ```
 */
export async function interpolate(pipeline: Pipeline, from: Data, to: Data, steps: number): Promise<Drawn> {
  const where = 'pipeline.interpolate';
  const { input } = pipeline;
  const { model } = standardized(pipeline);
  ensure(
    input.kind !== 'table' || !input.given,
    where,
    () =>
      'expected a density without given columns, got one with: what lies between two contexts is not known',
  );
  const [a, b] = [batchesOf(where, pipeline, from), batchesOf(where, pipeline, to)];
  ensure(
    Number.isInteger(steps) && steps >= 2 && a.count === b.count,
    where,
    () => `expected steps ≥ 2 and as many ends as beginnings, got ${steps} steps, ${a.count} and ${b.count}`,
  );
  for (const { index, reason } of [...a.unusable, ...b.unusable])
    throw new IResNetError(
      'data',
      where,
      `expected ends that float32 can hold, got example ${index}, ${reason}`,
    );
  const drawn = toData(pipeline, a.count * steps, true);
  let report: InverseReport;
  await inPieces(
    model,
    a.count,
    Math.max(1, Math.floor(128 / steps)),
    (first, end) => {
      report = model.interpolate(a.batch(first, end), b.batch(first, end), steps);
      return { x: report.value };
    },
    ({ x }, first, end) => {
      // From all lines of one step to all steps of one line.
      const lines = end - first;
      const size = x.length / (lines * steps);
      for (let line = 0; line < lines; line++) {
        for (let step = 0; step < steps; step++) {
          const at = step * lines + line;
          drawn.put(x.subarray(at * size, (at + 1) * size), (first + line) * steps + step);
          drawn.converged.push(report.converged[at]!);
        }
      }
    },
  );
  return drawn.result();
}
