import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import { textFormat } from './formats';
import type { DecimalMark } from './numbers';
import { detectSeparator, NO_SEPARATOR } from './separator';

/** One record of a delimited text. */
export interface CsvRecord {
  /** Line of the file on which the record starts, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /**
   * Whether the line begins as a comment, with `#`, `%`, `//`, or with `;` where that does not
   * separate: its fields are then cut without regard to quotes. A line that only rules a table off,
   * as `|---|---|`, is a comment without fields.
   */
  readonly comment?: true;
  /** Whether each of its fields stands in quotes. */
  readonly quoted?: true;
}

/** Reads a delimited text that comes in parts. */
export interface CsvReader {
  /**
   * The records that end in this part, in order.
   *
   * @param last - Whether this is the last part.
   * @throws IResNetError (data) for a quote that is not closed, text after a closing quote, and a
   * record of more than `limits.recordCharacters`.
   */
  read(part: string, last: boolean): Generator<CsvRecord>;
}

/** How the text is written, where the caller knows. */
export interface CsvOptions {
  /** One character; a blank stands for any run of blanks and tabs. By default it is found out. */
  readonly separator?: string;
  /** The decimal mark, which is not a separator. */
  readonly decimal?: DecimalMark;
}

/** Characters of a line by which it is told whether it rules a table off. */
const RULE = 2 ** 12;
/** Characters that decide the separator, at first. */
const SAMPLE = 2 ** 16;

const [TAB, LF, CR, BLANK, QUOTE, END, MARK] = [9, 10, 13, 32, 34, 26, 0xfeff];

/**
 * A reader of delimited text: RFC 4180, with `\n`, `\r\n` or `\r` at line ends and an optional
 * byte-order mark. {@link detectSeparator} finds the separator, unless it is given or the first
 * line says it, as in `sep=;`.
 *
 * A quoted field may hold separators, line ends and doubled quotes, and it keeps its blanks. An
 * unquoted field loses the blanks around it. Empty lines at the end are dropped. An empty line
 * elsewhere is a record with a single empty field.
 *
 * @param where - Names the text in errors.
 */
export function csvReader(where: string, { separator: given, decimal = '.' }: CsvOptions = {}): CsvReader {
  let rest = '';
  let line = 1;
  let begun = false;
  let separator = given?.charCodeAt(0);
  let sample = SAMPLE;
  /** Blank lines that are records only if something follows. */
  let blank = { first: 1, count: 0 };

  /** Look at the beginning, of which there is enough, or all. */
  const begin = (text: string): number => {
    const format = textFormat(text);
    if (format !== undefined)
      throw new IResNetError('data', where, `expected a table as text, got ${format}`);
    const mark = text.charCodeAt(0) === MARK ? 1 : 0;
    const said = /^"?sep=([^\n\r])"? *(?:\r\n|\r|\n)/i.exec(text.slice(mark, mark + 20));
    if (!said) return mark;
    separator ??= said[1]!.charCodeAt(0);
    line = 2;
    return mark + said[0].length;
  };

  return {
    *read(part, last) {
      const text = rest + part;
      let at = 0;
      if (!begun && (last || text.length >= SAMPLE)) {
        begun = true;
        at = begin(text);
      }
      while (begun && separator === undefined && (last || text.length - at >= sample)) {
        const whole = last && text.length - at <= sample;
        separator = detectSeparator(recordsOf(text.slice(at, at + sample), whole, where), whole, decimal);
        sample *= 2;
        if (sample > limits.recordCharacters) separator ??= NO_SEPARATOR;
      }
      while (separator !== undefined && at < text.length) {
        const record = recordAt(text, at, { separator, line, last, where });
        if (record === undefined) break;
        if (record.next - at > limits.recordCharacters) throw tooLong(line, where);
        const { fields, next, end, comment, quoted } = record;
        if (isBlank(text, at, end)) {
          if (blank.count === 0) blank = { first: line, count: 0 };
          blank.count++;
        } else {
          for (; blank.count > 0; blank.count--) yield { line: blank.first++, fields: [''] };
          yield { line, fields, ...(comment && { comment }), ...(quoted && { quoted }) };
        }
        line = record.line;
        at = next;
      }
      rest = text.slice(at);
      if (rest.length > limits.recordCharacters) throw tooLong(line, where);
    },
  };
}

/** The records of a whole text, as {@link csvReader} reads them. */
export function csvRecords(text: string, where: string, options?: CsvOptions): Generator<CsvRecord> {
  return csvReader(where, options).read(text, true);
}

/**
 * The records of a sample under a separator, up to the first that is not whole or not well made.
 */
function recordsOf(text: string, last: boolean, where: string) {
  return function* (separator: number): Generator<readonly string[]> {
    for (let at = 0; at < text.length;) {
      let record: ReturnType<typeof recordAt>;
      try {
        record = recordAt(text, at, { separator, line: 1, last, where });
      } catch {
        return; // Another separator may do; if none does, the reader says what is wrong.
      }
      if (record === undefined) return;
      if (!record.comment && !isBlank(text, at, record.end)) yield record.fields;
      at = record.next;
    }
  };
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
  let fields: string[] = [];
  let quotes = 0;
  let at = from;
  const comment = isComment(text, at, separator);
  if (comment) {
    while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++;
    const written = text.slice(from, at);
    fields = isRule(written) ? [] : plainFields(written, separator);
  }
  while (!comment) {
    while (isGap(text.charCodeAt(at), separator)) at++;
    // A run of blanks ends a line without one more field.
    const over = at >= text.length || isLineEnd(text.charCodeAt(at));
    if (separator === BLANK && over && fields.length > 0) break;
    if (text.charCodeAt(at) === QUOTE) {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
      if (!last && (close === -1 || close + 1 === text.length)) return undefined;
      if (close === -1) throw new IResNetError('data', where, `line ${line}: a quoted field is not closed`);
      const quoted = text.slice(at + 1, close);
      at = close + 1;
      if (separator !== BLANK) while (text.charCodeAt(at) === BLANK) at++;
      if (at < text.length && !isEnd(text.charCodeAt(at), separator)) {
        const shown = quoted.length > 40 ? `${quoted.slice(0, 40)}…` : quoted;
        const what = `line ${line}: expected a separator after the closing quote of "${shown}", found '${text[at]}'${quoted.endsWith('\\') ? ' (a quote within quotes is written twice)' : ''}`;
        throw new IResNetError('data', where, what);
      }
      fields.push(quoted.replaceAll('""', '"'));
      quotes++;
      line += quoted.match(/\r\n|\r|\n/g)?.length ?? 0;
    } else {
      const start = at;
      while (at < text.length && !isEnd(text.charCodeAt(at), separator)) at++;
      fields.push(text.slice(start, at).trim());
    }
    if (separator !== BLANK && text.charCodeAt(at) !== separator) break;
    if (separator === BLANK && (at >= text.length || isLineEnd(text.charCodeAt(at)))) break;
    at++;
  }
  // A `\r` at the end may be half of a `\r\n`, which is one line end.
  if (!last && at + (text.charCodeAt(at) === CR ? 1 : 0) >= text.length) return undefined;
  const width = text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
  const marks = { comment: comment || undefined, quoted: quotes === fields.length || undefined };
  return { fields, end: at, next: at + width, line: line + 1, ...marks };
}

/** Whether the line at a place is a comment, or rules a table off. */
function isComment(text: string, at: number, separator: number): boolean {
  switch (text[at]) {
    case '#':
    case '%':
      return true;
    case '/':
      return text[at + 1] === '/';
    case ';':
      return separator !== text.charCodeAt(at);
    case '-':
    case '=':
    case '+':
    case '|':
      return isRule(/[^\r\n]*/.exec(text.slice(at, at + RULE))![0]);
    default:
      return false;
  }
}

/** Whether a line is the rule below the header of a table in Markdown, or one of a terminal. */
function isRule(line: string): boolean {
  return (line.includes('---') || line.includes('===')) && /^[-=+|: \t]+$/.test(line);
}

/** The parts of a line between its separators. */
function plainFields(line: string, separator: number): string[] {
  if (separator === BLANK) return line.trim().split(/[ \t]+/);
  return line.split(String.fromCharCode(separator)).map((field) => field.trim());
}

function isGap(code: number, separator: number): boolean {
  return code === BLANK || (code === TAB && separator !== TAB);
}

function isLineEnd(code: number): boolean {
  return code === LF || code === CR;
}

function isEnd(code: number, separator: number): boolean {
  return code === separator || isLineEnd(code) || (separator === BLANK && code === TAB);
}

/**
 * Whether there are only blanks, or the mark of an end that DOS wrote. A line of separators is not
 * blank.
 */
function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code !== BLANK && code !== TAB && code !== END && code !== MARK) return false;
  }
  return true;
}

function tooLong(line: number, where: string): IResNetError {
  const what = `line ${line}: expected a record of at most ${limits.recordCharacters} characters, found a longer one`;
  return new IResNetError('data', where, what);
}
