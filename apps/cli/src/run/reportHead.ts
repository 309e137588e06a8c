import type { ReportHead } from '@iresnet/report';
import type { RunInfo } from './info';

/** The fields that the reports on tables and on images share. */
export function reportHead(
  info: RunInfo,
  { config, parameters }: { readonly config: { readonly seed: number }; readonly parameters: number },
): Omit<ReportHead, 'title' | 'source'> {
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
    config,
  };
}
