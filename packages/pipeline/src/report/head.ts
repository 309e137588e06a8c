import type { ReportHead } from '@iresnet/report';
import type { DataConfig, RunConfig } from '../run/config';
import type { RunInfo } from '../run/info';
import type { MetricsLine } from '../run/metrics';

/** What is known of a run besides its model and its data. */
export interface RunRecord {
  readonly config: RunConfig;
  readonly info: RunInfo;
  readonly metrics: readonly MetricsLine[];
}

/** The fields that the reports on tables and on images share. */
export function reportHead(
  { config, info }: RunRecord,
  { parameters }: { readonly parameters: number },
): Omit<ReportHead, 'title'> {
  const { command, date, backend, seconds, node, steps } = info;
  return {
    command,
    date,
    backend,
    seed: config.seed,
    wallSeconds: seconds,
    versions: { node },
    steps,
    parameters,
    source: placeOf(config.data),
    config,
  };
}

function placeOf(data: DataConfig): string {
  return data.kind === 'file' ? data.file : data.kind === 'folder' ? data.folder : data.name;
}
