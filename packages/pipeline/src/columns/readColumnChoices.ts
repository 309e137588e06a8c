import { IResNetError } from '@iresnet/core';
import { didYouMean, fromSpec, parseSpec } from '@iresnet/core/internal';
import { transformChoices, type ColumnChoices, type TransformChoice } from './choice';

const kinds = Object.keys(transformChoices);
/** `log`, `log:low=1`, `{"kind":…}`, or one of them behind `column=`. */
const pattern = new RegExp(`^(?:(.+)=)?((?:${kinds.join('|')})(?::.*)?|\\{.*\\})$`);

/**
 * The transforms of columns as a person writes them, each time for all columns or for one.
 *
 * @param texts - `log`, `price=log:low=1`, and so on. What is said of a column wins, and the last
 * word for all takes back what `before` says of columns.
 * @param before - What holds without them.
 * @param where - Names the place in errors.
 * @throws IResNetError (argument) for a text of another form, with the nearest name, and for
 * options that do not go together.
 *
 * @example
 * ```ts
 * import { readColumnChoices } from '@iresnet/pipeline';
 *
 * console.log(readColumnChoices(['none', 'price=log']));
 * // { all: 'none', columns: [ { column: 'price', transform: 'log' } ] }
 * ```
 */
export function readColumnChoices(
  texts: readonly string[],
  before: ColumnChoices = { all: 'auto' },
  where = 'pipeline.readColumnChoices',
): ColumnChoices {
  let { all, columns = [] } = before;
  for (const text of texts) {
    const [, column, wanted] = pattern.exec(text) ?? [];
    const transform = wanted === undefined ? undefined : parsed(wanted);
    if (transform === undefined) {
      const name = text.slice(text.lastIndexOf('=') + 1).split(':')[0]!;
      const what = `expected one of ${kinds.join(', ')}, or column=one, got ${text}${didYouMean(name, kinds)}`;
      throw new IResNetError('argument', where, what);
    }
    const choice = fromSpec<TransformChoice>(where, transformChoices, transform);
    if (typeof choice !== 'string' && choice.kind === 'logit') {
      const { low = 0, high = 1 } = choice;
      const what = `expected low < high in ${text}, got ${low} and ${high}`;
      if (!(low < high)) throw new IResNetError('argument', where, what);
    }
    if (column === undefined)
      [all, columns] = [transform, columns.filter((c) => !before.columns?.includes(c))];
    else columns = [...columns.filter((c) => c.column !== column), { column, transform }];
  }
  return { all, ...(columns.length > 0 && { columns }) };
}

/** A name, a name with options, or JSON; undefined where it is none of them. */
function parsed(text: string): TransformChoice | undefined {
  try {
    return parseSpec(text) as TransformChoice;
  } catch {
    return undefined;
  }
}
