import { IResNetError } from '@iresnet/core';

/** One record of a CSV file. */
export interface CsvRecord {
  /** Line of the file on which the record starts, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** The separators that are recognised; the first wins a tie. */
const SEPARATORS = [',', ';', '\t'];

/**
 * The records of a delimited text: RFC 4180, with `\n`, `\r\n` or `\r` at line ends, an optional byte-order mark, and comma,
 * semicolon or tab as the separator, whichever is the most frequent in the first record outside quotes.
 *
 * A quoted field may hold separators, line ends and doubled quotes; it is kept as it stands, while unquoted fields lose the blanks
 * around them. Empty lines at the end are dropped; elsewhere one is a record with a single empty field.
 *
 * @param where - Names the text in errors.
 * @throws IResNetError (data) for a quote that is not closed, and for text behind a closing quote.
 */
export function* csvRecords(text: string, where: string): Generator<CsvRecord> {
  const separator = separatorOf(text);
  const end = endOfContent(text);
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < end) {
    const record = { line, fields: [] as string[] };
    for (;;) {
      const field = readField(text, at, end, separator, line, where);
      record.fields.push(field.value);
      line += field.lineEnds;
      at = field.next;
      if (text[at] !== separator || at >= end) break;
      at++;
    }
    yield record;
    // Over the line end; a `\r\n` is one.
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
  }
}

/** A field and where it ends: at a separator, a line end or the end of the text. */
function readField(text: string, at: number, end: number, separator: string, line: number, where: string) {
  let start = at;
  while (start < end && (text[start] === ' ' || (text[start] === '\t' && separator !== '\t'))) start++;
  if (text[start] !== '"' || start >= end) {
    let next = start;
    while (next < end && text[next] !== separator && text[next] !== '\n' && text[next] !== '\r') next++;
    return { value: text.slice(start, next).trim(), next, lineEnds: 0 };
  }
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) throw new IResNetError('data', where, `line ${line}: a quoted field is not closed`);
  const quoted = text.slice(start + 1, close);
  let next = close + 1;
  while (next < end && text[next] === ' ') next++;
  const after = next < end ? text[next]! : '\n';
  if (after !== separator && after !== '\n' && after !== '\r') {
    const what = `line ${line}: expected a separator behind the closing quote of "${quoted}", found '${after}'`;
    throw new IResNetError('data', where, what);
  }
  return { value: quoted.replaceAll('""', '"'), next, lineEnds: quoted.match(/\r\n|\r|\n/g)?.length ?? 0 };
}

/** Where the last line that is not blank ends. A line of separators is not blank. */
function endOfContent(text: string): number {
  let end = text.length;
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i]!;
    if (char === '\n' || char === '\r') end = i;
    else if (char !== ' ' && char !== '\ufeff') return end;
  }
  return 0;
}

function separatorOf(text: string): string {
  const counts = SEPARATORS.map(() => 0);
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') quoted = !quoted;
    else if (!quoted) {
      if (char === '\n' || char === '\r') break;
      const index = SEPARATORS.indexOf(char);
      if (index !== -1) counts[index]!++;
    }
  }
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}
