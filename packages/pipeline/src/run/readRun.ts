import { join } from 'node:path';
import type { ErrorKind } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';
import { readText } from '@iresnet/core/node';
import { parseRunConfig, type RunConfig } from './config';
import { runFileNames } from './fileNames';
import { parseRunInfo, type RunInfo } from './info';
import { parseMetrics, type MetricsLine } from './metrics';

/**
 * Read a configuration, such as the `config.json` in the folder of a run.
 *
 * @param kind - `argument` for a file that a person wrote, `data` for that of a run.
 * @throws IResNetError that names the file and lists every difference at once.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { readRunConfig } from '@iresnet/pipeline/run/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'config.json');
 * writeFileSync(file, JSON.stringify(runConfig({ kind: 'toy', name: 'moons' }, defaultRecipe('plane'))));
 * console.log(readRunConfig(file).data); // { kind: 'toy', name: 'moons' }
 * ```
 */
export function readRunConfig(file: string, kind?: ErrorKind): RunConfig {
  return parseRunConfig(readRawConfig(file), file, kind);
}

/** The JSON of a configuration file as it stands there: what a saved state belongs to. */
export function readRawConfig(file: string): object {
  return parseJson(readText(file, 'a configuration file'), file) as object;
}

/**
 * Read `run.json`, the record of a run that has ended.
 *
 * @param dir - The folder of the run.
 * @throws IResNetError of kind `data` that names the file and each field that is not as it should
 * be.
 *
 * @example
 * ```ts
 * import { existsSync } from 'node:fs';
 * import { readRunInfo } from '@iresnet/pipeline/run/node';
 *
 * const dir = 'runs/007-faithful';
 * if (existsSync(dir)) console.log(readRunInfo(dir).stopReason); // steps
 * ```
 */
export function readRunInfo(dir: string): RunInfo {
  const file = join(dir, runFileNames.info);
  return parseRunInfo(readText(file, 'the record of a run'), file);
}

/**
 * Read `metrics.jsonl`, the events of a run; see {@link parseMetrics}.
 *
 * @param dir - The folder of the run.
 * @throws IResNetError of kind `data` that names the file, and the line that is not as it should
 * be.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { curveOf } from '@iresnet/pipeline/run';
 * import { readRunMetrics } from '@iresnet/pipeline/run/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'run-'));
 * writeFileSync(join(dir, 'metrics.jsonl'), '{"event":"step","step":1,"loss":2.5}\n');
 * console.log(curveOf(readRunMetrics(dir), 'step', ({ loss }) => loss)); // { step: [ 1 ], value: [ 2.5 ] }
 * ```
 */
export function readRunMetrics(dir: string): MetricsLine[] {
  return parseMetrics(metricsText(dir), join(dir, runFileNames.metrics));
}

/** The text of `metrics.jsonl`. */
export function metricsText(dir: string): string {
  return readText(join(dir, runFileNames.metrics), 'the metrics of a run');
}
