import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';
import { readText } from '@iresnet/core/node';
import type { ImageFigures } from '../figures/imageFigures';
import type { TableFigures } from '../figures/tableFigures';
import { imageSummary } from '../report/imageSummary';
import { tableSummary } from '../report/tableSummary';
import { isImages } from './config';
import { runFileNames } from './fileNames';
import type { JudgedRun } from './judgeRun';
import { readRunConfig } from './readRun';

/**
 * Read `results.json`, the figures by which a finished run was judged, and say them in a few lines.
 *
 * @param dir - The folder of the run.
 * @throws IResNetError of kind `data` that names the file, when it is missing or holds something
 * else.
 *
 * @example
 * ```ts
 * import { existsSync } from 'node:fs';
 * import { readRunFigures } from '@iresnet/pipeline/run/node';
 *
 * const dir = 'runs/007-faithful';
 * if (existsSync(dir)) console.log(readRunFigures(dir).summary[0]);
 * ```
 */
export function readRunFigures(dir: string): JudgedRun {
  const { data } = readRunConfig(join(dir, runFileNames.config), 'data');
  const file = join(dir, runFileNames.results);
  const figures = parseJson(readText(file, 'the figures of a run'), file) as object;
  try {
    const summary = isImages(data)
      ? imageSummary(figures as ImageFigures)
      : tableSummary(figures as TableFigures);
    return { figures, summary };
  } catch {
    throw new IResNetError('data', file, 'expected the figures of a run, got others');
  }
}
