import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reading } from '@iresnet/core/node';
import type { SummaryLine } from '../report/tableSummary';
import type { RunConfig } from './config';
import { runFileNames } from './fileNames';
import type { RunInfo } from './info';
import { readRunConfig, readRunInfo } from './readRun';
import { readRunFigures } from './readRunFigures';
import { hasState, isFinished } from './state';

/** A run as a list shows it. */
export interface ListedRun {
  readonly dir: string;
  /** Whether it is judged; one that is not goes on with `resumeRun` where it was saved. */
  readonly state: 'finished' | 'unfinished' | 'not saved' | 'broken';
  /** Null of a broken run. */
  readonly config: RunConfig | null;
  /** What `run.json` holds; null before the training ended. */
  readonly info: RunInfo | null;
  /** The figures that it was judged by, with their names; empty before. */
  readonly summary: readonly SummaryLine[];
  /** What is wrong with a broken run. */
  readonly problem?: string;
}

/**
 * The runs of a folder, in the order of their numbers. A run whose files are not as they should be
 * is listed as broken.
 *
 * @param root - The folder of `startRun`. Folders in it that have no `config.json` are passed over.
 * @throws IResNetError of kind `data` when it is missing.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { listRuns, startRun } from '@iresnet/pipeline/run/node';
 *
 * const runs = mkdtempSync(join(tmpdir(), 'runs-'));
 * const run = await startRun(runs, runConfig({ kind: 'toy', name: 'moons' }, defaultRecipe('plane')));
 * await run.close();
 * console.log(listRuns(runs).map(({ state, config }) => [state, config?.steps])); // [ [ 'not saved', 1500 ] ]
 * ```
 */
export function listRuns(root: string): ListedRun[] {
  return entriesOf(root)
    .map((name) => join(root, name))
    .filter((dir) => existsSync(join(dir, runFileNames.config)))
    .map(listed);
}

function entriesOf(root: string): string[] {
  const names = reading(root, 'a folder of runs', () => readdirSync(root));
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function listed(dir: string): ListedRun {
  const nothing = { dir, config: null, info: null, summary: [] } as const;
  try {
    const config = readRunConfig(join(dir, runFileNames.config), 'data');
    const info = existsSync(join(dir, runFileNames.info)) ? readRunInfo(dir) : null;
    if (isFinished(dir) && info)
      return { dir, state: 'finished', config, info, summary: readRunFigures(dir).summary };
    return { dir, state: hasState(dir) ? 'unfinished' : 'not saved', config, info, summary: [] };
  } catch (error) {
    return { ...nothing, state: 'broken', problem: (error as Error).message };
  }
}
