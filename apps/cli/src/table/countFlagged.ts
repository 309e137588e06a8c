import type { Field } from '@iresnet/datasets';
import type { Output } from '../terminal/output';

/** The same records as they are written; at their end, how many of them are flagged. */
export async function* countFlagged(
  records: AsyncIterable<Iterable<Field[]>>,
  output: Output,
): AsyncGenerator<Iterable<Field[]>> {
  let rows = 0;
  let flagged = 0;
  function* counted(some: Iterable<Field[]>): Generator<Field[]> {
    for (const record of some) {
      rows++;
      if (record.some(([name, value]) => name === 'flagged' && value === true)) flagged++;
      yield record;
    }
  }
  for await (const some of records) yield counted(some);
  output.log(`${flagged} of ${rows} rows ${flagged === 1 ? 'is' : 'are'} flagged`);
}
