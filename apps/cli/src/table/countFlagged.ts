import type { Field } from '@iresnet/datasets';
import type { Decision } from '@iresnet/pipeline';
import type { Output } from '../terminal/output';

/**
 * The same records as they are written; at their end, how many of them are flagged, and why none is
 * by a share of false ones.
 *
 * @param usual - Rows that make the p-values.
 */
export async function* countFlagged(
  records: AsyncIterable<Iterable<Field[]>>,
  decision: Decision,
  usual: number,
  output: Output,
): AsyncGenerator<Iterable<Field[]>> {
  const least = 1 / (usual + 1);
  let rows = 0;
  let flagged = 0;
  let atLeast = 0;
  function* counted(some: Iterable<Field[]>): Generator<Field[]> {
    for (const record of some) {
      rows++;
      for (const [name, value] of record) {
        if (name === 'flagged' && value === true) flagged++;
        // Written with six digits.
        if (name === 'pValue' && Number(value) < 1.001 * least) atLeast++;
      }
      yield record;
    }
  }
  for await (const some of records) yield counted(some);
  output.log(`${flagged} of ${rows} rows ${flagged === 1 ? 'is' : 'are'} flagged`);
  if (!('fdr' in decision) || flagged > 0 || atLeast === 0) return;
  // Benjamini and Hochberg flag k of N rows with a p-value of at most k q/N.
  const needed = Math.ceil(rows / (atLeast * decision.fdr)) - 1;
  output.warn(
    `no row is flagged: beside ${usual} usual rows the least p-value is ${Number(least.toPrecision(2))}, which ${atLeast} of ${rows} rows ${atLeast === 1 ? 'has' : 'have'}; --fdr ${decision.fdr} asks for ${needed} usual rows then; give --calibrate a file of more`,
  );
}
