import { IResNetError } from '@iresnet/core';
import { parseJson, readText } from '../terminal/readText';

/** What this program reads of a line of `metrics.jsonl`. */
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

/**
 * The lines of a metrics file. What stands behind the last line feed is passed over: a killed run may have been writing it.
 *
 * @throws IResNetError of kind `data` naming file and line.
 */
function parseMetrics(file: string): Parsed[] {
  const lines = readText(file, 'the metrics of a run').split('\n').slice(0, -1);
  return lines.map((text, i) => {
    const where = `${file}: line ${i + 1}`;
    const line = parseJson(text, where) as MetricsLine | null;
    if (typeof line?.event !== 'string' || !Number.isSafeInteger(line.step))
      throw new IResNetError('data', where, `expected an event and a step, got ${text.slice(0, 80)}`);
    return { text, line };
  });
}

/** The events of a run, in the order of the file. */
export function readMetrics(file: string): MetricsLine[] {
  return parseMetrics(file).map(({ line }) => line);
}

/** The text of a metrics file as it was after `step`, for a run that goes on from there. */
export function metricsUpTo(file: string, step: number): string {
  return parseMetrics(file)
    .filter(({ line }) => line.step <= step && line.event !== 'end')
    .map(({ text }) => `${text}\n`)
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
