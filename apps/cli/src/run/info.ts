import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { parseJson, readText } from '../terminal/readText';

/** What a run folder says about the run that made it, in `run.json`. */
export interface RunInfo {
  readonly command: string;
  readonly date: string;
  readonly backend: string;
  readonly threads: number;
  readonly node: string;
  readonly seconds: number;
  readonly steps: number;
  /** `steps`; or why it ended before. */
  readonly stopReason: string;
}

/** Read `run.json`. */
export function readInfo(dir: string): RunInfo {
  const file = join(dir, 'run.json');
  const info = parseJson(readText(file, 'the record of a run'), file) as Partial<RunInfo> | null;
  if (typeof info?.command !== 'string' || typeof info.seconds !== 'number' || typeof info.steps !== 'number')
    throw new IResNetError('data', file, 'expected the record of a run, got other JSON');
  return info as RunInfo;
}
