import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { writtenForm, type RecordForm } from '@iresnet/datasets';
import type { Decision } from '@iresnet/pipeline';
import type { Shard } from '@iresnet/pipeline/node';
import type { Workers } from '../commands/flags';
import type { GivenData } from './data';

/** `iresnet eval`. */
export interface EvalRequest extends GivenData {
  readonly seed?: number;
  /** Threads that score; a table of other rows alone. */
  readonly workers?: Workers;
  readonly json: boolean;
  readonly backend: BackendName;
}

/** `iresnet certify`, `iresnet report`. */
export interface ModelRequest {
  readonly json: boolean;
  readonly backend: BackendName;
}

/** What becomes of a row that cannot be read. */
export const badRowRules = ['keep', 'skip', 'stop'] as const;

/** `iresnet score`. */
export interface ScoreRequest extends GivenData {
  /** Which rows of a table get a flag. */
  readonly decision?: Decision;
  /** Whether to name the columns that make a row improbable. */
  readonly explain: boolean;
  /** A file of usual rows, in the place of those that the model keeps the scores of. */
  readonly calibrate?: string;
  readonly format: RecordForm;
  /**
   * Columns of the file that are written beside the scores: all, those that name the rows, or some.
   */
  readonly keep?: 'all' | 'ids' | readonly string[];
  readonly onBadRow?: (typeof badRowRules)[number];
  /** Least likely first. */
  readonly rank: boolean;
  readonly out?: string;
  readonly seed: number;
  /** Probes of an example of more than 128 values. */
  readonly probes?: number;
  /** Only these rows; `out` is the folder of all parts then. */
  readonly shard?: Shard;
  /** Threads that score; a table alone. */
  readonly workers?: Workers;
  readonly backend: BackendName;
}

/** Refuse flags that do not go together with a shard. */
export function checkShard(
  where: string,
  given: Pick<ScoreRequest, 'data' | 'out' | 'rank' | 'format' | 'decision' | 'calibrate'>,
): void {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', where, what);
  };
  if (given.data === undefined) refuse('expected --data with --shard, got none');
  if (given.out === undefined) refuse('expected --out with --shard, the folder of all parts, got none');
  if (given.rank) refuse('expected --shard without --rank; iresnet merge --top ranks the rows of all shards');
  if (given.decision && !('alarm' in given.decision))
    refuse('expected --shard with --alarm at most: --fdr and --top look at the rows of all shards');
  if (given.calibrate !== undefined) refuse('expected --shard without --calibrate, got both');
  if (given.format === 'npy' || given.format === 'parquet')
    refuse(`expected --shard with csv or jsonl, got ${given.format}`);
}

/** The flags of a {@link Decision}. */
export interface DecisionFlags {
  readonly alarm?: number | undefined;
  readonly fdr?: number | undefined;
  readonly top?: number | undefined;
}

/** Which rows to flag, if any. */
export function decisionOf(where: string, { alarm, fdr, top }: DecisionFlags): Decision | undefined {
  const given: Decision[] = [
    ...(alarm !== undefined ? [{ alarm }] : []),
    ...(fdr !== undefined ? [{ fdr }] : []),
    ...(top !== undefined ? [{ top }] : []),
  ];
  if (given.length > 1)
    throw new IResNetError('argument', where, 'expected one of --alarm, --fdr and --top, got more');
  return given[0];
}

/** The form that the flags of `score` ask for, by name or by that of the file. */
export function formatOf(
  where: string,
  given: {
    readonly json: boolean | undefined;
    readonly format: ScoreRequest['format'] | undefined;
    readonly out: string | undefined;
    readonly rank: boolean;
    readonly explain: boolean;
    readonly shard: boolean;
    readonly keep: ScoreRequest['keep'] | undefined;
    readonly onBadRow: ScoreRequest['onBadRow'] | undefined;
  },
): ScoreRequest['format'] {
  const { json, format, out, rank, explain, shard, keep, onBadRow } = given;
  const refuse = (what: string): never => {
    throw new IResNetError('argument', where, what);
  };
  if (json && format !== undefined && format !== 'jsonl')
    refuse(`expected --json or --format ${format}, got both`);
  const asked = format ?? (json ? 'jsonl' : undefined);
  // With a shard the name is that of a folder.
  const chosen = shard ? (asked ?? 'csv') : writtenForm(out, asked).form;
  if (out === undefined && (chosen === 'npy' || chosen === 'parquet'))
    refuse(`expected --out with --format ${chosen}, got none`);
  if (chosen === 'npy' && rank)
    refuse('expected --rank with csv or jsonl, which say what each score belongs to, got npy');
  if (chosen === 'npy' && explain) refuse('expected --explain with csv or jsonl, got npy');
  if (chosen === 'npy' && keep !== undefined) refuse('expected --keep with csv, jsonl or parquet, got npy');
  if (chosen === 'npy' && onBadRow === 'skip')
    refuse('expected --on-bad-row skip with csv, jsonl or parquet, which number the rows, got npy');
  return chosen;
}
