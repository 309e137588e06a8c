import { IResNetError } from '@iresnet/core';

/** One record of a CSV file. */
export interface CsvRecord {
  /** Line of the file on which the record starts, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Reads a delimited text that comes in parts. */
export interface CsvReader {
  /**
   * The records that end in this part, in order.
   *
   * @param last - Whether this is the last part.
   * @throws IResNetError (data) for a quote that is not closed, text after a closing quote, and a
   * record of more than a million characters that the parts so far do not end.
   */
  read(part: string, last: boolean): Generator<CsvRecord>;
}

/** The separators that are recognised; the first wins a tie. */
const SEPARATORS = [',', ';', '\t'];

/** Characters of an unfinished record at most. It is read again with the next part. */
const LONGEST = 2 ** 20;

const [TAB, LF, CR, BLANK, QUOTE, MARK] = [9, 10, 13, 32, 34, 0xfeff];

/**
 * A reader of delimited text: RFC 4180, with `\n`, `\r\n` or `\r` at line ends, an optional
 * byte-order mark, and comma, semicolon or tab as the separator, whichever is the most frequent in
 * the first record outside quotes.
 *
 * A quoted field may hold separators, line ends and doubled quotes, and it keeps its blanks. An
 * unquoted field loses the blanks around it. Empty lines at the end are dropped. An empty line
 * elsewhere is a record with a single empty field.
 *
 * @param where - Names the text in errors.
 */
export function csvReader(where: string): CsvReader {
  let rest = '';
  let line = 1;
  let begun = false;
  let separator: number | undefined;
  /** Blank lines that are records only if something follows. */
  let blank = { first: 1, count: 0 };

  return {
    *read(part, last) {
      const text = rest + part;
      let at = 0;
      if (!begun && text.length > 0) {
        begun = true;
        if (text.charCodeAt(0) === MARK) at = 1;
      }
      separator ??= separatorOf(text, at, last);
      while (separator !== undefined && at < text.length) {
        const record = recordAt(text, at, { separator, line, last, where });
        if (record === undefined) break;
        const { fields, next, end } = record;
        if (fields.length === 1 && fields[0] === '' && isBlank(text, at, end)) {
          if (blank.count === 0) blank = { first: line, count: 0 };
          blank.count++;
        } else {
          for (; blank.count > 0; blank.count--) yield { line: blank.first++, fields: [''] };
          yield { line, fields };
        }
        line = record.line;
        at = next;
      }
      rest = text.slice(at);
      if (rest.length > LONGEST) {
        const what = `line ${line}: expected a record of at most ${LONGEST} characters, found a longer one`;
        throw new IResNetError('data', where, what);
      }
    },
  };
}

/** The records of a whole text, as {@link csvReader} reads them. */
export function csvRecords(text: string, where: string): Generator<CsvRecord> {
  return csvReader(where).read(text, true);
}

interface Place {
  readonly separator: number;
  readonly line: number;
  /** Whether this is the end of the whole text. */
  readonly last: boolean;
  readonly where: string;
}

/**
 * The record at a place and the start of the next one; undefined when the record may go on in the
 * next part.
 */
function recordAt(text: string, from: number, { separator, line, last, where }: Place) {
  const fields: string[] = [];
  let at = from;
  for (;;) {
    while (isGap(text.charCodeAt(at), separator)) at++;
    if (text.charCodeAt(at) === QUOTE) {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
      if (!last && (close === -1 || close + 1 === text.length)) return undefined;
      if (close === -1) throw new IResNetError('data', where, `line ${line}: a quoted field is not closed`);
      const quoted = text.slice(at + 1, close);
      at = close + 1;
      while (text.charCodeAt(at) === BLANK) at++;
      if (at < text.length && !isEnd(text.charCodeAt(at), separator)) {
        const shown = quoted.length > 40 ? `${quoted.slice(0, 40)}…` : quoted;
        const what = `line ${line}: expected a separator after the closing quote of "${shown}", found '${text[at]}'`;
        throw new IResNetError('data', where, what);
      }
      fields.push(quoted.replaceAll('""', '"'));
      line += quoted.match(/\r\n|\r|\n/g)?.length ?? 0;
    } else {
      const start = at;
      while (at < text.length && !isEnd(text.charCodeAt(at), separator)) at++;
      fields.push(text.slice(start, at).trim());
    }
    if (text.charCodeAt(at) !== separator) break;
    at++;
  }
  // A `\r` at the end may be half of a `\r\n`, which is one line end.
  if (!last && at + (text.charCodeAt(at) === CR ? 1 : 0) >= text.length) return undefined;
  const width = text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
  return { fields, end: at, next: at + width, line: line + 1 };
}

function isGap(code: number, separator: number): boolean {
  return code === BLANK || (code === TAB && separator !== TAB);
}

function isEnd(code: number, separator: number): boolean {
  return code === separator || code === LF || code === CR;
}

/** Whether there are only blanks. A line of separators is not blank. */
function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code !== BLANK && code !== MARK) return false;
  }
  return true;
}

/** The separator of the first record; undefined when that record may go on in the next part. */
function separatorOf(text: string, from: number, last: boolean): number | undefined {
  const counts = SEPARATORS.map(() => 0);
  let quoted = false;
  let i = from;
  for (; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') quoted = !quoted;
    else if (!quoted) {
      if (char === '\n' || char === '\r') break;
      const index = SEPARATORS.indexOf(char);
      if (index !== -1) counts[index]!++;
    }
  }
  if (i === text.length && !last) return undefined;
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!.charCodeAt(0);
}
