import type { RunConfig } from './config';
import { loadData, type LoadDataOptions } from './loadData';
import { sourceOf, type RunSource } from './sourceOf';

/** Where the data of a run comes from. */
export interface RunDataOptions extends LoadDataOptions {
  /**
   * Gives the data of a configuration, cut by its recipe; by default `config.data` is loaded and
   * cut by `sourceOf`.
   */
  readonly source?: (config: RunConfig) => RunSource | Promise<RunSource>;
}

/** The data of a run. */
export async function runSource(config: RunConfig, { source, onNotice }: RunDataOptions): Promise<RunSource> {
  if (source) return source(config);
  return sourceOf(await loadData(config.data, onNotice ? { onNotice } : {}), config);
}
