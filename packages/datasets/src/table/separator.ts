import { isMissing, isNumeric, type DecimalMark } from './numbers';

/** The separators that are recognised; the first wins a tie. A blank stands for a run of blanks. */
const SEPARATORS = [',', ';', '\t', '|', ' '];

/** What separates the fields of a table with one column: a character that no text has. */
export const NO_SEPARATOR = 0;

/** Records that are looked at. */
const RECORDS = 100;

/**
 * The separator of a delimited text, as a character code: the one that cuts the most records into
 * the same number of fields, with the most numbers among them; {@link NO_SEPARATOR} for one column.
 *
 * @param recordsUnder - The records of a sample under a separator, without comments and blank
 * lines.
 * @param whole - Whether the sample is the whole text.
 * @param decimal - A decimal comma is not a separator.
 * @returns Undefined when the sample has fewer than two records and more text follows.
 */
export function detectSeparator(
  recordsUnder: (separator: number) => Iterable<readonly string[]>,
  whole: boolean,
  decimal: DecimalMark,
): number | undefined {
  let best = { separator: NO_SEPARATOR, score: 0 };
  let seen = 0;
  /** Where no separator fits: the one that cuts the first record into the most fields. */
  let first = { separator: NO_SEPARATOR, fields: 1 };
  for (const separator of SEPARATORS) {
    if (decimal === ',' && separator === ',') continue;
    const records: (readonly string[])[] = [];
    for (const record of recordsUnder(separator.charCodeAt(0))) {
      if (records.push(record) === RECORDS) break;
    }
    seen = Math.max(seen, records.length);
    const score = scoreOf(records, separator === ' ' || separator === '\t');
    const fields = records[0]?.length ?? 0;
    if (separator !== ' ' && fields > first.fields) first = { separator: separator.charCodeAt(0), fields };
    if (score > best.score) best = { separator: separator.charCodeAt(0), score };
  }
  if (seen < 2 && !whole) return undefined;
  return best.score > 0 ? best.separator : first.separator;
}

/**
 * How well a separator fits: the share of records of the most frequent width, times that of numbers
 * among their fields; and something for a first record of that width.
 *
 * @param rowNames - Whether the first record may lack a name, as where R writes row names.
 */
function scoreOf(records: readonly (readonly string[])[], rowNames: boolean): number {
  const [first, ...others] = records;
  if (first === undefined) return 0;
  const rows = others.length > 0 ? others : [first];
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  if (width < 2 || (first.length < 2 && !rowNames)) return 0;
  let [numbers, fields] = [0, 0];
  for (const row of rows) {
    if (row.length !== width) continue;
    for (const field of row) {
      if (isMissing(field)) continue;
      fields++;
      if (isNumeric(field)) numbers++;
    }
  }
  const share = count / rows.length;
  return share * (0.1 + numbers / Math.max(1, fields)) + (first.length === width ? 0.5 : 0);
}
