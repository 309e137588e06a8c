import { limits } from '../limits';
import type { ChosenColumns } from './columns';
import type { CsvRecord } from './csv';
import { isOtherDate, momentIn } from './dates';
import type { Layout } from './layout';
import { isMissing, isNumeric, isWhole, lookOf, numberIn, numberMarks, type NumberMarks } from './numbers';
import { noRows, rowReader, type RowTaker } from './rowReader';
import { isRead, MOST_CATEGORIES, type ColumnKind, type LeftOut, type TableSchema } from './schema';
import type { TableFileOptions } from './tableOptions';

/** What a look over all rows of a file found. */
export interface SurveyedTable {
  readonly schema: TableSchema;
  readonly rows: number;
  /**
   * Cells without a value in the columns that are read, but for categories, which have a value for
   * them.
   */
  readonly missing: readonly { readonly column: string; readonly cells: number }[];
  /** Rows that have such a cell. */
  readonly incomplete: number;
}

/** Collects what the columns of a file hold. */
export interface Survey {
  read(record: CsvRecord): void;
  /** The records that follow are those of another file with the same columns. */
  next(options: TableFileOptions, where: string): void;
  end(): SurveyedTable;
}

/** A column with more different words than this share of its rows holds names or free text. */
const REPEATED = 0.25;
/** Values of a category that is found, at most: with more, most of them have few rows. */
const MOST = 100;
/**
 * Share of the cells from which a column is one of numbers, dates or moments, and others are slips.
 */
const MOSTLY = 0.5;
/** Cells that are not numbers in a column of numbers, which are slips; or a tenth of the cells. */
const SLIPS = 3;
/** Distance from 0 up to which each whole number and a half has a float64. */
const WHOLE = 2 ** 50;

/**
 * Find what each column of a table holds.
 *
 * - Numbers: `integer` where each is written without a decimal mark, else `real`. Whole numbers of
 *   which the least is near to 0 do not fall below it.
 * - Dates with the year first: `date`, or `time` with a time of the day.
 * - Words: a `category` of up to 100 values that repeat four times on average.
 *
 * Columns are left out, with the reason, where no model can use them: the same value in every row,
 * no value at all, words that hardly repeat, dates in another form, and numbers that count the
 * rows.
 */
export function tableSurvey(options: TableFileOptions, where: string): Survey {
  const marks = numberMarks(options);
  let layout: Layout;
  let chosen: ChosenColumns;
  let names: readonly string[] | undefined;
  let columns: ColumnCount[] = [];
  let rows = 0;
  let pattern: Map<string, number> | undefined = new Map();
  const taker: RowTaker = {
    begin(found, wanted) {
      layout = found;
      chosen = wanted;
      if (names) return;
      names = wanted.wanted.map((c) => found.names[c]!);
      columns = wanted.wanted.map(() => columnCount());
    },
    row(_, fields) {
      rows++;
      let lacking = '';
      chosen.wanted.forEach((c, j) => {
        const text = fields[c]!.trim();
        const column = columns[j]!;
        if (isMissing(text)) {
          column.missing++;
          lacking += `${j},`;
        } else look(column, text, rows, marks);
      });
      // Which columns lack a value together: the rows that count are known when the kinds are.
      if (lacking !== '' && pattern) {
        pattern.set(lacking, (pattern.get(lacking) ?? 0) + 1);
        if (pattern.size > 10_000) pattern = undefined;
      }
    },
  };
  let reader = rowReader(options, where, taker);
  return {
    read: (record) => reader.read(record),
    next(other, file) {
      reader.end();
      reader = rowReader({ ...other, ...(names && { columns: names }) }, file, taker);
    },
    end() {
      reader.end();
      if (rows === 0) throw noRows(where, layout);
      const schema: TableSchema = columns.map((column, j) => ({
        column: names![j]!,
        ...kindOf(column, rows),
      }));
      const counts = schema.map((column, j) =>
        isRead(column) && column.kind !== 'category' ? columns[j]!.missing : 0,
      );
      const lacks = (key: string): boolean => key.split(',').some((j) => j !== '' && counts[Number(j)]! > 0);
      return {
        schema,
        rows,
        missing: counts.flatMap((cells, j) => (cells > 0 ? { column: names![j]!, cells } : [])),
        incomplete: pattern
          ? [...pattern].reduce((sum, [key, count]) => sum + (lacks(key) ? count : 0), 0)
          : counts.reduce((most, count) => Math.max(most, count), 0),
      };
    },
  };
}

/** What was seen in a column. */
interface ColumnCount {
  missing: number;
  numbers: number;
  /** Numbers without a decimal mark or an exponent. */
  whole: number;
  /** Cells that are meant as numbers, such as `15 %`. */
  meant: number;
  dates: number;
  times: number;
  /** Dates in another form. */
  otherDates: number;
  low: number;
  high: number;
  /** Whether the numbers count the rows from 0 or 1. */
  counts: boolean;
  /** Cells that are not numbers, each once; undefined when there are too many. */
  words: Map<string, number> | undefined;
  others: number;
  /** The first cell that is not a number. */
  sample: string;
}

function columnCount(): ColumnCount {
  const none = { missing: 0, numbers: 0, whole: 0, meant: 0, dates: 0, times: 0, otherDates: 0, others: 0 };
  return { ...none, low: Infinity, high: -Infinity, counts: true, words: new Map(), sample: '' };
}

function look(column: ColumnCount, text: string, row: number, marks: NumberMarks): void {
  const value = numberIn(text, marks);
  if (!Number.isNaN(value)) {
    column.numbers++;
    if (isWhole(text, marks)) column.whole++;
    if (value < column.low) column.low = value;
    if (value > column.high) column.high = value;
    column.counts &&= column.low <= 1 && column.low >= 0 && value === column.low + row - 1;
  } else {
    column.others++;
    if (column.others === 1) column.sample = text.slice(0, 30);
    column.counts = false;
    const moment = momentIn(text);
    if (moment) {
      if (moment.timed) column.times++;
      else column.dates++;
      column.low = Math.min(column.low, moment.days);
      column.high = Math.max(column.high, moment.days);
    } else if (isOtherDate(text)) column.otherDates++;
    else if (isNumeric(text) || isMeant(text, marks)) column.meant++;
  }
  const { words } = column;
  if (!words) return;
  words.set(text, (words.get(text) ?? 0) + 1);
  if (words.size > MOST_CATEGORIES || text.length > limits.nameCharacters) column.words = undefined;
}

/** Whether a cell is a number in a form that is not read, such as an amount or a percentage. */
function isMeant(text: string, marks: NumberMarks): boolean {
  return lookOf(text, marks) !== '' && !/^(?:true|false|yes|no|t|f|y|n)$/i.test(text);
}

function kindOf(column: ColumnCount, rows: number): ColumnKind | LeftOut {
  const { missing, numbers, whole, meant, dates, times, otherDates, low, high, counts } = column;
  const filled = rows - missing;
  const most = (count: number): boolean => count >= MOSTLY * filled;
  const omit = (why: string): LeftOut => ({ kind: 'omit', why });
  if (filled === 0) return omit('it has no values');
  if (most(numbers + meant)) {
    if (meant > 0 || numbers < filled) {
      const wordy = filled - numbers - meant > Math.max(SLIPS, 0.1 * filled);
      return wordy ? categoryOf(column, filled) : { kind: 'real' };
    }
    if (low === high) return omit(`it is ${low} in every row`);
    if (counts && rows > 2) return { kind: 'id' };
    const isWhole = whole === numbers && low > -WHOLE && high < WHOLE;
    if (!isWhole) return { kind: 'real' };
    return { kind: 'integer', ...(low >= 0 && low < high - low && { low: low === 1 ? 1 : 0 }) };
  }
  if (most(dates + times)) {
    if (low === high) return omit('it is the same moment in every row');
    return { kind: times > 0 ? 'time' : 'date' };
  }
  if (most(otherDates))
    return omit(
      `its dates, such as '${column.sample}', do not begin with the year: write them as 2026-11-29`,
    );
  return categoryOf(column, filled);
}

function categoryOf({ words, missing }: ColumnCount, filled: number): ColumnKind | LeftOut {
  if (!words || words.size > MOST || words.size > Math.max(2, REPEATED * filled)) {
    const count = words ? String(words.size) : `more than ${MOST_CATEGORIES}`;
    return { kind: 'omit', why: `it holds names or free text, ${count} different ones in ${filled} rows` };
  }
  if (words.size === 1 && missing === 0) return { kind: 'omit', why: `it is '${first(words)}' in every row` };
  return { kind: 'category', values: [...words.keys()].sort(), ...(missing > 0 && { missing: true }) };
}

function first(words: ReadonlyMap<string, number> | undefined): string {
  const [text = ''] = words?.keys() ?? [];
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
