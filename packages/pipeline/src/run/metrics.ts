import { IResNetError } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';

/** What is read of a line of `metrics.jsonl`. */
export interface MetricsLine {
  readonly event: 'begin' | 'step' | 'validation' | 'judged' | 'end';
  readonly step: number;
  readonly loss?: number | null;
  readonly learningRate?: number;
  /** On validation images, of a run on images. */
  readonly bitsPerDim?: number | null;
  readonly accuracy?: number | null;
}

/** A line with its text, which holds more. */
interface Parsed {
  readonly text: string;
  readonly line: MetricsLine;
}

/** The lines of a metrics file; see {@link parseMetrics}. */
function linesOf(content: string, file: string): Parsed[] {
  return content
    .split('\n')
    .slice(0, -1)
    .map((text, i) => {
      const where = `${file}: line ${i + 1}`;
      const line = parseJson(text, where) as MetricsLine | null;
      if (typeof line?.event !== 'string' || !Number.isSafeInteger(line.step))
        throw new IResNetError('data', where, `expected an event and a step, got ${text.slice(0, 80)}`);
      return { text, line };
    });
}

/**
 * The events of a run, in the order of `metrics.jsonl`. What stands behind the last line feed is
 * passed over: a killed run may have been writing it.
 *
 * @param text - Of the file.
 * @param file - Its name, for the message.
 * @throws IResNetError of kind `data` naming file and line.
 */
export function parseMetrics(text: string, file: string): MetricsLine[] {
  return linesOf(text, file).map(({ line }) => line);
}

/**
 * The text of a metrics file as it was after `step`, for a run that goes on from there.
 *
 * @throws IResNetError as {@link parseMetrics} does.
 */
export function metricsUpTo(text: string, file: string, step: number): string {
  return linesOf(text, file)
    .filter(({ line }) => line.step <= step && line.event !== 'end')
    .map((parsed) => `${parsed.text}\n`)
    .join('');
}

/** One value of each event of a kind, by step. Events without the value are left out. */
export function curveOf(
  lines: readonly MetricsLine[],
  event: MetricsLine['event'],
  value: (line: MetricsLine) => number | null | undefined,
): { readonly step: number[]; readonly value: number[] } {
  const points = lines.flatMap((line) => {
    const found = line.event === event ? value(line) : undefined;
    return typeof found === 'number' ? [{ step: line.step, value: found }] : [];
  });
  return { step: points.map(({ step }) => step), value: points.map((point) => point.value) };
}
