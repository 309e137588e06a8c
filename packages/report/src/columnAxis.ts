import type * as Plot from '@observablehq/plot';
import { cellText } from './cellText';
import type { ColumnHolds } from './data';
import { axis, extent, type Range } from './plot';

/** Letters of a word at a tick at most. */
const LETTERS = 6;

/** Options of {@link columnAxis}. */
interface ColumnAxisOptions extends Plot.ScaleOptions {
  /** Words that fit along the axis. */
  readonly words: number;
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
  { words, ...options }: ColumnAxisOptions,
): Plot.ScaleOptions {
  if (kind?.kind !== 'category') return axis(range, name, options);
  const first = Math.ceil(range[0]);
  const codes = Math.floor(range[1]) - first + 1;
  const step = Math.ceil(codes / words);
  return axis(range, name, {
    ...options,
    ticks: Array.from({ length: Math.ceil(codes / step) }, (_, i) => first + i * step),
    tickFormat: (code: number) => short(cellText(code, kind)),
  });
}

function short(word: string): string {
  const letters = [...word];
  return letters.length <= LETTERS ? word : `${letters.slice(0, LETTERS - 1).join('')}…`;
}
