import { IResNetError } from '@iresnet/core';
import { checkOptions, didYouMean } from '@iresnet/core/internal';

/** Labels as numbers. */
export interface EncodedLabels {
  readonly classes: readonly string[];
  /** Position in `classes` of each label. */
  readonly indices: Int32Array;
}

/** Which numbers the labels get. */
export interface EncodeLabelsOptions {
  /**
   * The classes in their order, as an earlier call returned them. By default the names that occur,
   * sorted.
   */
  readonly classes?: readonly string[];
  /** Name of the file, for errors. */
  readonly file?: string;
}

/**
 * Class names as indices into the list of classes.
 *
 * Without `classes` these are the names that occur, so the order of the rows does not matter. They
 * are sorted by value if all are numbers, else by their UTF-16 code units.
 *
 * @throws IResNetError (data) naming the file, the row (from 1) and the nearest class, for a label
 * that is not one of `classes`.
 *
 * @example
 * ```ts
 * import { encodeLabels } from '@iresnet/datasets';
 *
 * console.log(encodeLabels(['10', '9', '10'])); // { classes: [ '9', '10' ], indices: Int32Array(3) [ 1, 0, 1 ] }
 * ```
 */
export function encodeLabels(labels: readonly string[], options: EncodeLabelsOptions = {}): EncodedLabels {
  checkOptions('datasets.encodeLabels', options, { classes: true, file: true });
  const classes = options.classes ?? sorted([...new Set(labels)]);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const indices = Int32Array.from(labels, (label, i) => {
    const index = numbers.get(label);
    if (index !== undefined) return index;
    const names = classes.length > 12 ? `${classes.slice(0, 12).join(', ')} …` : classes.join(', ');
    const what = `row ${i + 1}: expected one of the classes ${names}, found '${label}'${didYouMean(label, classes)}`;
    throw new IResNetError('data', options.file ?? 'datasets.encodeLabels', what, { row: i + 1 });
  });
  return { classes, indices };
}

function sorted(names: string[]): string[] {
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  // Code units decide between two writings of one number.
  return names.sort((a, b) => (numeric && Number(a) - Number(b)) || (a < b ? -1 : 1));
}
