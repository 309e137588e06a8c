import type * as Plot from '@observablehq/plot';
import { cellText } from './cellText';
import type { ColumnHolds } from './data';
import { axis, extent, type Range } from './plot';

/** Letters of a word at a tick: at most, and at least where words are many. */
const [LETTERS, FEWEST] = [6, 3];

/** Options of {@link columnAxis}. */
interface ColumnAxisOptions extends Plot.ScaleOptions {
  /** Words that fit along the axis. */
  readonly words: number;
  /** Letters that fit along it, all words together. Default: of a vertical axis, any number. */
  readonly letters?: number;
}

/** The range of a column, see `extent`. One of categories has half a code more on each side. */
export function columnRange(
  rows: readonly (readonly number[])[],
  column: number,
  kind: ColumnHolds | undefined,
  margin: number,
): Range {
  if (kind?.kind !== 'category') return extent([rows], column, margin);
  const [low, high] = extent([rows], column, 0);
  return [Math.ceil(low) - 0.5, Math.floor(high) + 0.5];
}

/** The axis of a column. One of categories has their words at the ticks. */
export function columnAxis(
  range: Range,
  name: string,
  kind: ColumnHolds | undefined,
  { words, letters = Infinity, ...options }: ColumnAxisOptions,
): Plot.ScaleOptions {
  if (kind?.kind !== 'category') return axis(range, name, options);
  const first = Math.ceil(range[0]);
  const codes = Math.floor(range[1]) - first + 1;
  const step = Math.ceil(codes / words);
  const ticks = Array.from({ length: Math.ceil(codes / step) }, (_, i) => first + i * step);
  const each = Math.min(LETTERS, Math.max(FEWEST, Math.floor(letters / ticks.length)));
  return axis(range, name, {
    ...options,
    ticks,
    tickFormat: (code: number) => short(cellText(code, kind), each),
  });
}

function short(word: string, most: number): string {
  const letters = [...word];
  return letters.length <= most ? word : `${letters.slice(0, most - 1).join('')}…`;
}
