import { isMissing, isNumeric, numberIn, type NumberMarks } from './numbers';

/** What {@link findHeader} decided. */
export interface FoundHeader {
  readonly header: boolean;
  /** Why it is worth a word: numbers that are names, or no names at all. */
  readonly reason: 'names' | 'numbers' | 'none';
}

/**
 * Whether the first record of a table names its columns. It does when
 *
 * - none of its fields is a number, and not all are missing;
 * - a word stands above numbers, and the other fields are whole numbers;
 * - its numbers count the columns, 0 … n − 1 or 1 … n, where the columns below hold other numbers;
 * - its numbers are years, or rise from column to column, and lie outside of the columns below.
 *
 * @param first - The fields of the first record.
 * @param rows - Records that follow.
 */
export function findHeader(
  first: readonly string[],
  rows: readonly (readonly string[])[],
  marks: NumberMarks,
): FoundHeader {
  const numbers = first.map((field) => numberIn(field, marks));
  const numeric = [...numbers.keys()].filter((c) => !Number.isNaN(numbers[c]!));
  if (numeric.length === 0) {
    const header = !first.some(isNumeric) && !first.every(isMissing);
    return { header, reason: header ? 'names' : 'none' };
  }
  const below = columnsBelow(first.length, rows, marks);
  const whole = numeric.every((c) => /^\d+$/.test(first[c]!));
  const wordAbove = first.some(
    (field, c) =>
      !numeric.includes(c) && /\p{L}/u.test(field) && !isMissing(field) && below[c]!.values.length > 0,
  );
  const header = wordAbove ? whole : areNames(numeric, numbers, whole, below);
  return header ? { header, reason: 'numbers' } : { header, reason: 'none' };
}

/** What stands below a field of the first record. */
interface Below {
  /** The numbers; none where other things stand there too. */
  readonly values: readonly number[];
  /** Whether most of them have a decimal mark. */
  readonly fractions: boolean;
  /** Whether nothing there is a number. */
  readonly words: boolean;
}

/** Share of numbers with a decimal mark: some are whole by chance. */
const FRACTIONS = 0.8;

function columnsBelow(
  width: number,
  rows: readonly (readonly string[])[],
  marks: NumberMarks,
): readonly Below[] {
  const whole = rows.filter((row) => row.length === width);
  return Array.from({ length: width }, (_, c) => {
    const fields = whole.map((row) => row[c]!).filter((field) => !isMissing(field));
    const values = fields.map((field) => numberIn(field, marks));
    const words = fields.length > 1 && values.every(Number.isNaN);
    if (values.some(Number.isNaN)) return { values: [], fractions: false, words };
    const marked = fields.filter((field) => field.includes(marks.decimal)).length;
    return { values, fractions: fields.length > 0 && marked >= FRACTIONS * fields.length, words };
  });
}

/** Whether numbers are names, by what stands below them. */
function areNames(
  numeric: readonly number[],
  numbers: readonly number[],
  whole: boolean,
  below: readonly Below[],
): boolean {
  const names = numeric.map((c) => numbers[c]!);
  const columns = numeric.map((c) => below[c]!);
  const step = Math.sign(names[1]! - names[0]!);
  const steady = (name: number, i: number) => i === 0 || Math.sign(name - names[i - 1]!) === step;
  if (names.length < 2 || step === 0 || !names.every(steady)) return false;
  if (columns.some(({ values, words }) => values.length === 0 && !words)) return false;
  const plain = columns.filter(({ words }) => !words);
  const wordsBelow = whole && plain.length < columns.length;
  const fractions = whole && plain.length > 0 && plain.every((column) => column.fractions);
  const from = names[0]!;
  const counts = whole && from <= 1 && names.every((name, i) => name === from + i);
  // Rows of a table that counts on, `0,1,2` and `3,4,5`, are rows.
  const goesOn = columns[0]!.values[0] === from + names.length;
  if (counts && (fractions || wordsBelow || (from === 0 && names.length > 2 && !goesOn))) return true;
  const years = whole && names.every((name) => name >= 1500 && name <= 2200);
  const room = years ? 0 : 3;
  const outside = columns.every(({ values, words }, i) => {
    const [low, high] = range(values);
    const name = names[i]!;
    return words || name < low - room * (high - low) || name > high + room * (high - low);
  });
  if (!outside) return false;
  return years || (plain.every(({ values }) => values.length > 2) && (fractions || names.length > 2));
}

function range(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}
