import { join } from 'node:path';
import type { ErrorKind } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';
import {
  parseMetrics,
  parseRunConfig,
  parseRunInfo,
  type MetricsLine,
  type RunConfig,
  type RunInfo,
} from '@iresnet/pipeline/run';
import { readText } from '@iresnet/core/node';

/** The names of the files of a run folder. */
export const files = {
  config: 'config.json',
  schema: 'schema.json',
  info: 'run.json',
  metrics: 'metrics.jsonl',
  results: 'results.json',
  report: 'report.html',
} as const;

/** Read a configuration. */
export function readConfig(file: string, kind?: ErrorKind): RunConfig {
  return parseRunConfig(readRaw(file), file, kind);
}

/** The JSON of a configuration file as it stands there: what a saved state belongs to. */
export function readRaw(file: string): object {
  return parseJson(readText(file, 'a configuration file'), file) as object;
}

/** Read the record of a run. */
export function readInfo(dir: string): RunInfo {
  const file = join(dir, files.info);
  return parseRunInfo(readText(file, 'the record of a run'), file);
}

/** Read the metrics of a run. */
export function readMetrics(dir: string): MetricsLine[] {
  const file = join(dir, files.metrics);
  return parseMetrics(readText(file, 'the metrics of a run'), file);
}
