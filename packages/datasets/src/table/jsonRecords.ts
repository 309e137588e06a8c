import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import type { CsvRecord } from './csv';
import { documentForms, rowsOfDocument } from './jsonDocument';
import type { TableNotice } from './notice';

/** Reads JSON that comes in parts: an object a line, or one document. */
export interface JsonReader {
  /** The records of a part; the first one holds the names. */
  read(part: string, last: boolean): Generator<CsvRecord>;
}

/** Records whose names make the columns. */
const AHEAD = 1000;
/** Characters of a document, which is parsed as a whole. */
const DOCUMENT = 2 ** 28;

/** Whether text begins as JSON lines or as a document of rows. */
export function isJson(text: string): boolean {
  return /^\ufeff?\s*(?:\{\s*(?:"|\})|\[\s*[[{])/.test(text);
}

/**
 * A reader of JSON lines, or of a document of rows ({@link rowsOfDocument}): each object is a row,
 * and its names are columns. One that lacks a name has no value there. A value that is an object or
 * a list is its JSON.
 *
 * @param where - Names the text in errors.
 */
export function jsonReader(where: string, notify: (notice: TableNotice) => void): JsonReader {
  let rest = '';
  let line = 0;
  // Known at the end of the first line: whether that is an object of its own, and more follows.
  let lines: boolean | undefined;
  let waiting: { readonly line: number; readonly row: Row }[] | undefined = [];
  let names: readonly string[] = [];
  const late = new Set<string>();

  const refuse = (at: number, what: string): never => {
    throw new IResNetError('data', where, `line ${at}: ${what}`, { line: at });
  };
  const parsed = (text: string, at: number, forms: string): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return refuse(at, `expected ${forms}, got ${(error as Error).message}`);
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
      if (last || rest.length === part.length || part.includes('\n')) lines ??= beginsWithLine(rest, last);
      if (lines) {
        const texts = rest.split('\n');
        rest = last ? '' : texts.pop()!;
        if (rest.length > limits.recordCharacters)
          refuse(line + 1, `expected at most ${limits.recordCharacters} characters, found more`);
        for (const text of texts) {
          line++;
          const bare = text.replace(/^\ufeff/, '').trim();
          if (bare !== '') yield* take(rowOf(parsed(bare, line, 'a JSON object a line'), line), line);
        }
      } else {
        if (rest.length > DOCUMENT)
          refuse(1, `expected a document of at most ${DOCUMENT} characters; write an object a line`);
        if (!last) return;
        const text = rest.replace(/^\ufeff/, '').trim();
        const document = parsed(text, 1, documentForms);
        // One line may be the only row.
        const found =
          rowsOfDocument(document) ??
          (text.includes('\n') ? refuse(1, `expected ${documentForms}`) : { rows: [document] });
        if ('told' in found) notify({ kind: 'columns', text: found.told });
        for (let i = 0; i < found.rows.length; i++) yield* take(rowOf(found.rows[i], i + 1), i + 1);
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

/** Whether the first line is an object and more follows; undefined where that is not known yet. */
function beginsWithLine(text: string, last: boolean): boolean | undefined {
  const bare = text.replace(/^\ufeff?\s*/, '');
  const end = bare.indexOf('\n');
  if (bare.startsWith('[')) return false;
  if (end < 0 || bare.slice(end).trim() === '') return last ? false : undefined;
  try {
    JSON.parse(bare.slice(0, end));
    return true;
  } catch {
    return false;
  }
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
