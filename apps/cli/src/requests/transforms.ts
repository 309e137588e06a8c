import { didYouMean, type Spec } from '@iresnet/core/internal';
import { transformChoices, type ColumnChoices, type TransformChoice } from '@iresnet/pipeline';
import { refuse } from './configFlags';
import { spec } from './model';

const kinds = Object.keys(transformChoices);
/** `log`, `log:low=1`, `{"kind":…}`, or one of them behind `column=`. */
const pattern = new RegExp(`^(?:(.+)=)?((?:${kinds.join('|')})(?::.*)?|\\{.*\\})$`);

/**
 * The transforms that `--transform` asks for, each time for all columns or for one: what is said of
 * a column wins, and the last word for all takes back what a configuration said of columns.
 */
export function columnChoices(
  before: ColumnChoices = { all: 'auto' },
  texts: readonly string[],
): ColumnChoices {
  let { all, columns = [] } = before;
  for (const text of texts) {
    const [, column, wanted] = pattern.exec(text) ?? [];
    if (wanted === undefined) {
      const name = text.slice(text.lastIndexOf('=') + 1).split(':')[0]!;
      refuse(
        `expected --transform as one of ${kinds.join(', ')}, or column=one, got ${text}${didYouMean(name, kinds)}`,
      );
    }
    const transform = spec('--transform', wanted) as Spec as TransformChoice;
    if (column === undefined)
      [all, columns] = [transform, columns.filter((c) => !before.columns?.includes(c))];
    else columns = [...columns.filter((c) => c.column !== column), { column, transform }];
  }
  return { all, ...(columns.length > 0 && { columns }) };
}
