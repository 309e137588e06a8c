import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import { numberedNames, type ColumnOptions } from './columns';
import type { CsvRecord } from './csv';
import { findHeader, type FoundHeader } from './header';
import { isMissing, numberIn, type NumberMarks } from './numbers';
import type { TableNotice } from './notice';

/** What the first records of a table say of all. */
export interface Layout {
  /** The names of the columns; empty where a column has none. */
  readonly names: readonly string[];
  /** The column whose fields are empty because each line ends with a separator; −1 without. */
  readonly spare: number;
  /** Whether the columns are named by a record, which is then in `skip`. */
  readonly header: FoundHeader;
  /** Records at the start that are not rows. */
  readonly skip: number;
}

/** What decides a layout. */
export interface LayoutOptions extends ColumnOptions {
  readonly header?: boolean;
  readonly marks: NumberMarks;
}

/**
 * Find the names of the columns, and the records that are not rows: comments, blank lines, the
 * header and a line of units below it.
 *
 * @param records - The first records of the table, or all.
 */
export function layoutOf(
  records: readonly CsvRecord[],
  options: LayoutOptions,
  where: string,
  notify: (notice: TableNotice) => void,
): Layout {
  const { marks } = options;
  const isRow = ({ comment, fields }: CsvRecord): boolean => !comment && !isEmpty(fields);
  let skip = records.findIndex(isRow);
  if (skip === -1) throw new IResNetError('data', where, 'expected a table, found no text');
  const first = records[skip]!;
  const others = records.slice(skip + 1).filter(isRow);
  const rows = others.map(({ fields }) => fields);
  const width = frequentWidth(rows.length > 0 ? rows : [first.fields]);

  const commented = records.slice(0, skip).findLast(({ comment }) => comment);
  // Who quotes every field of the first line, and of no other, quotes names.
  const quoted = first.quoted === true && others.length > 0 && !others.some((record) => record.quoted);
  const header = headerOf(first.fields, rows, quoted, options);
  let names: readonly string[];
  if (!header.header && options.header === undefined && commented && titles(commented, first.fields, marks)) {
    names = titles(commented, first.fields, marks)!;
    notify({ kind: 'header', text: `the comment in line ${commented.line} holds the names ${shown(names)}` });
    return { names, spare: -1, header: { header: true, reason: 'names' }, skip };
  }
  skip = header.header ? skip + 1 : skip;
  names = header.header ? namesIn(first, where) : numberedNames(first.fields.length);
  const every = header.header ? rows : [first.fields, ...rows];
  // A separator at the end of each line makes one more field, which is empty.
  const last = width - 1;
  const endless = last > 0 && every.every((row) => row.length !== width || row[last] === '');
  let spare = -1;
  if (
    endless &&
    (names.length === last || (names.length === width && (!header.header || names[last] === '')))
  ) {
    spare = last;
    names = names.slice(0, last);
  } else if (header.header && rows.length > 0 && names.length === width + 1 && names[width] === '') {
    names = names.slice(0, width);
  } else if (header.header && names.length === width - 1 && names.length > 1) {
    names = ['', ...names];
    notify({ kind: 'columns', text: 'the header lacks the name of the first column: taken as row names' });
  }
  if (header.header) {
    skip += unitsAfter(records.slice(skip), names, options, notify);
    if (header.reason === 'numbers')
      notify({ kind: 'header', text: `line ${first.line} holds the names ${shown(names)}` });
  } else if (options.columns === undefined && options.header === undefined) {
    const comma = names.length === 2 && every.filter(isCut).length > every.length / 2;
    const hint = comma ? ' (or one column with decimal commas?)' : '';
    const text = `none found in line ${first.line}, so the columns are ${shown(names)}${hint}`;
    notify({ kind: 'header', text });
  }
  return { names, spare, header, skip };
}

function namesIn({ line, fields }: CsvRecord, where: string): readonly string[] {
  const names = fields.map((name) => name.trim());
  const long = names.find(({ length }) => length > limits.nameCharacters);
  if (long === undefined) return names;
  const what = `line ${line}: expected names of at most ${limits.nameCharacters} characters, found ${long.length}`;
  throw new IResNetError('data', where, what);
}

/** Whether the first record is the header, which the wanted columns may tell. */
function headerOf(
  first: readonly string[],
  rows: readonly (readonly string[])[],
  quoted: boolean,
  { header, columns, label, marks }: LayoutOptions,
): FoundHeader {
  if (header !== undefined) return { header, reason: header ? 'names' : 'none' };
  const seen = findHeader(first, rows, marks);
  const found: FoundHeader =
    quoted && !seen.header && !first.every(isMissing) ? { header: true, reason: 'numbers' } : seen;
  if (columns === undefined) return found;
  const wanted = label === undefined ? columns : [...columns, label];
  const fields = new Set(first.map((field) => field.trim()));
  if (wanted.every((name) => fields.has(name.trim()))) return { header: true, reason: 'names' };
  const numbered = new Set(numberedNames(first.length));
  if (found.reason === 'numbers' && wanted.every((name) => numbered.has(name)))
    return { header: false, reason: 'none' };
  return found;
}

/** The names in a comment above a first record of numbers, as NumPy writes them. */
function titles(
  { fields }: CsvRecord,
  first: readonly string[],
  marks: NumberMarks,
): readonly string[] | undefined {
  const [head = '', ...others] = fields;
  const bare = head.replace(/^(?:[#%;]+|\/{2,})\s*/, '');
  // A column may have the name `#`.
  const names = bare !== '' ? [bare, ...others] : fields.length === first.length ? fields : others;
  const isName = (name: string) => name !== '' && Number.isNaN(numberIn(name, marks));
  return names.length === first.length && names.every(isName) ? names : undefined;
}

/** How many records below the header hold units: one or none. */
function unitsAfter(
  records: readonly CsvRecord[],
  names: readonly string[],
  { columns, label, marks }: LayoutOptions,
  notify: (notice: TableNotice) => void,
): number {
  const at = records.findIndex(({ comment, fields }) => !comment && !isEmpty(fields));
  const next = records.slice(at + 1).find(({ comment, fields }) => !comment && !isEmpty(fields));
  if (at === -1 || next === undefined) return 0;
  const { line, fields } = records[at]!;
  if (fields.length !== next.fields.length) return 0;
  const wanted = columns && new Set(columns.map((name) => name.trim()));
  const read = [...names.keys()].filter((c) => {
    const name = names[c]!;
    return name !== '' && name !== label && (!wanted || wanted.has(name));
  });
  // A column of words says nothing: only those that hold numbers below.
  const numbers = read.filter((c) => !Number.isNaN(numberIn(next.fields[c] ?? '', marks)));
  const units = numbers.map((c) => fields[c] ?? '');
  const isUnit = (text: string) =>
    text === '' || /^-$|^[[(].*[\])]$|^[\p{L}°µ%/‰$€£][^\d]*\d?$|^1?\/\p{L}+/u.test(text);
  const bracketed = units.some((text) => /^[[(].*[\])]$/.test(text));
  const words = units.filter((text) => text !== '' && !isMissing(text));
  const enough = bracketed || words.length > 1;
  if (!enough || !units.every((text) => text.length <= 20 && isUnit(text))) return 0;
  notify({
    kind: 'skipped',
    text: `line ${line} holds units (${words.slice(0, 5).join(', ')}) and is not a row`,
  });
  return at + 1;
}

/** Whether a row may be one number, cut at its decimal comma. */
function isCut([whole, fraction = '']: readonly string[]): boolean {
  return /^[+-]?\d+$/.test(whole!) && /^(0\d+|\d{3,})$/.test(fraction);
}

function frequentWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

function isEmpty(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0] === '';
}

function shown(all: readonly string[]): string {
  const names = all.filter((name) => name !== '');
  if (names.length <= 6) return names.join(', ');
  return `${names.slice(0, 3).join(', ')} … ${names.at(-1)!}`;
}
