import { leastFirst } from '@iresnet/evaluation';
import type { PartFormat } from './part';

/** A line and its place among the least. */
interface Ranked {
  readonly line: string;
  readonly score: number;
}

/**
 * The `top` least likely records of a text, in the order of `score --rank`: rows that cannot be
 * judged first, then by their log-likelihood, and equal ones as they came. Memory grows with `top`
 * alone.
 *
 * @param pieces - The text, cut anywhere; CSV with a header that names `log_likelihood`, or JSON
 * lines with `logLikelihood`.
 */
export async function* leastRecords(
  pieces: AsyncIterable<string>,
  format: PartFormat,
  top: number,
): AsyncGenerator<string> {
  let kept: Ranked[] = [];
  let scoreOf: ((line: string) => number) | undefined = format === 'jsonl' ? jsonScore : undefined;
  let owned = 0;
  const keepLeast = (): void => {
    const order = leastFirst(kept.map(({ score }) => score));
    // A line that stays is copied once: as a slice it would keep the whole piece that it was cut
    // from.
    const copied = ({ line, score }: Ranked): Ranked => ({ line: Buffer.from(line).toString(), score });
    kept = Array.from(order.subarray(0, top), (i) => (i < owned ? kept[i]! : copied(kept[i]!)));
    owned = kept.length;
  };
  for await (const line of recordsOf(pieces, format)) {
    if (scoreOf === undefined) {
      scoreOf = csvScore(line);
      yield line;
      continue;
    }
    kept.push({ line, score: scoreOf(line) });
    if (kept.length >= 2 * top) keepLeast();
  }
  keepLeast();
  yield kept.map(({ line }) => line).join('');
}

/** Lines with their ends; a line break within double quotes ends none. */
async function* recordsOf(pieces: AsyncIterable<string>, format: PartFormat): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + piece;
    let begin = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      const line = text.slice(begin, at + 1);
      if (format === 'csv' && quotes(line) % 2 === 1) continue;
      yield line;
      begin = at + 1;
    }
    rest = text.slice(begin);
  }
}

function quotes(line: string): number {
  let count = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) count++;
  return count;
}

/** JSON knows no infinity: a score of null is that of a row that cannot be judged. */
function jsonScore(line: string): number {
  return (JSON.parse(line) as { readonly logLikelihood: number | null }).logLikelihood ?? -Infinity;
}

function csvScore(header: string): (line: string) => number {
  const column = fields(header).indexOf('log_likelihood');
  return (line) => Number(fields(line)[column]);
}

/** The fields of a line of CSV as they stand there, with their quotes. */
function fields(line: string): string[] {
  const found: string[] = [];
  for (const [, field] of line.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r?\n|$)/g)) found.push(field!);
  return found;
}
