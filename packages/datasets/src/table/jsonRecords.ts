import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import type { CsvRecord } from './csv';
import type { TableNotice } from './notice';

/** Reads JSON that comes in parts: an object a line, or a list of objects. */
export interface JsonReader {
  /** The records of a part; the first one holds the names. */
  read(part: string, last: boolean): Generator<CsvRecord>;
}

/** Records whose names make the columns. */
const AHEAD = 1000;
/** Characters of a list of objects, which is parsed as a whole. */
const LIST = 2 ** 28;

/** Whether text begins as JSON lines or as a list of objects. */
export function isJson(text: string): boolean {
  return /^\ufeff?\s*(?:\{\s*(?:"|\})|\[\s*\{)/.test(text);
}

/**
 * A reader of JSON lines, or of a list of objects: each object is a row, and its names are columns. One
 * that lacks a name has no value there. A value that is an object or a list is its JSON.
 *
 * @param where - Names the text in errors.
 */
export function jsonReader(where: string, notify: (notice: TableNotice) => void): JsonReader {
  let rest = '';
  let line = 0;
  let list: boolean | undefined;
  let waiting: { readonly line: number; readonly row: Row }[] | undefined = [];
  let names: readonly string[] = [];
  const late = new Set<string>();

  const refuse = (at: number, what: string): never => {
    throw new IResNetError('data', where, `line ${at}: ${what}`, { line: at });
  };
  const parsed = (text: string, at: number): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      const what = `expected a JSON object a line, or a list of objects, got ${(error as Error).message}`;
      return refuse(at, what);
    }
  };
  const rowOf = (value: unknown, at: number): Row =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Row)
      : refuse(at, `expected a JSON object, got ${JSON.stringify(value).slice(0, 40)}`);
  const record = (row: Row, at: number): CsvRecord => {
    for (const name of Object.keys(row)) if (!known.has(name)) late.add(name);
    return { line: at, fields: names.map((name) => cellText(row[name])) };
  };
  let known = new Set<string>();
  const settle = function* (): Generator<CsvRecord> {
    if (!waiting) return;
    const rows = waiting;
    waiting = undefined;
    known = new Set(rows.flatMap(({ row }) => Object.keys(row)));
    names = [...known];
    if (rows.length === 0) return;
    yield { line: rows[0]!.line, fields: names };
    for (const { row, line: at } of rows) yield record(row, at);
  };
  const take = function* (row: Row, at: number): Generator<CsvRecord> {
    if (!waiting) return yield record(row, at);
    waiting.push({ line: at, row });
    if (waiting.length === AHEAD) yield* settle();
  };

  return {
    *read(part, last) {
      rest += part;
      list ??= /^\ufeff?\s*\[/.test(rest);
      if (list) {
        if (rest.length > LIST)
          refuse(1, `expected a list of at most ${LIST} characters; write an object a line`);
        if (!last) return;
        const all = parsed(rest.replace(/^\ufeff/, ''), 1) as unknown[];
        for (let i = 0; i < all.length; i++) yield* take(rowOf(all[i], i + 1), i + 1);
      } else {
        const lines = rest.split('\n');
        rest = last ? '' : lines.pop()!;
        if (rest.length > limits.recordCharacters)
          refuse(line + 1, `expected at most ${limits.recordCharacters} characters, found more`);
        for (const text of lines) {
          line++;
          const bare = text.replace(/^\ufeff/, '').trim();
          if (bare !== '') yield* take(rowOf(parsed(bare, line), line), line);
        }
      }
      if (!last) return;
      yield* settle();
      if (late.size > 0) {
        const some = [...late].slice(0, 5).join(', ');
        notify({
          kind: 'columns',
          text: `${some}: names of only some rows after the first ${AHEAD}, which are left out`,
        });
      }
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

/** A value as a cell of text; `null` where there is none. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'null';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : value.toISOString();
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return (
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ??
    'null'
  );
}
