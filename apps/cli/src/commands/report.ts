import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng, IResNetError } from '@iresnet/core';
import { readConfig } from '../config';
import { computeFigures } from '../figures';
import { openModel } from '../model';
import type { Output } from '../output';
import { references } from '../references';
import { openSource } from '../source';
import { writeReport } from '../writeReport';
import type { RunInfo } from './train';

/** Draw the report of a run folder again, from its configuration, metrics and model. */
export async function report(
  dir: string,
  options: { backend: BackendName },
  output: Output,
): Promise<number> {
  await useBackend(options.backend);
  const { density } = await openModel(dir);
  const config = readConfig(join(dir, 'config.json'));
  const info = readInfo(join(dir, 'run.json'));
  const rng = createRng(config.seed);
  const source = openSource(config, rng.split('data'));
  const figures = computeFigures(density, source, references(source), rng.split('figures'));
  output.data(`${await writeReport(dir, { config, source, density, figures, info })}\n`);
  return 0;
}

function readInfo(file: string): RunInfo {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunInfo;
  } catch (error) {
    throw new IResNetError('data', file, `expected the record of a run, got ${(error as Error).message}`);
  }
}
