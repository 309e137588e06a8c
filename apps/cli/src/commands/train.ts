import { join } from 'node:path';
import { useBackend, type BackendName } from '@iresnet/backend';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import { jsonLines, progress, type Callback } from '@iresnet/training';
import type { RunConfig } from '../config';
import { computeFigures, type Figures } from '../figures';
import { onInterrupt } from '../interrupt';
import { writeModel } from '../model';
import type { Output } from '../output';
import { references } from '../references';
import { createRunFolder, lineWriter } from '../runFolder';
import { openSource } from '../source';
import { summarize } from '../summary';
import { trainDensity } from '../train';
import { writeReport } from '../writeReport';

/** How and where to run, which does not decide the result. */
export interface TrainOptions {
  readonly out: string;
  readonly backend: BackendName;
  readonly threads: number;
  readonly json: boolean;
}

/** What a run folder says about the run that made it, in `run.json`. */
export interface RunInfo {
  readonly command: string;
  readonly date: string;
  readonly backend: string;
  readonly threads: number;
  readonly node: string;
  readonly seconds: number;
  readonly steps: number;
  readonly stopReason: string;
}

/**
 * Train a density and leave a run folder: `config.json`, `run.json`, `metrics.jsonl`, `model/`, `results.json`, `report.html`.
 *
 * @returns The exit code.
 */
export async function train(config: RunConfig, options: TrainOptions, output: Output): Promise<number> {
  const backend = await useBackend(options.backend, { threads: options.threads });
  output.log(`backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(config.seed);
  const source = openSource(config, rng.split('data'));
  const dir = createRunFolder(options.out, source.title);
  const write = (name: string, value: object) =>
    writeFileAtomic(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
  await write('config.json', config);
  output.log(
    `${source.title}: ${source.training.count} training rows, ${source.heldOut.count} held out, ${source.columns.length} columns`,
  );

  const metrics = lineWriter(join(dir, 'metrics.jsonl'));
  const callbacks: Callback[] = [jsonLines((line) => metrics.write(line))];
  if (!output.quiet) callbacks.push(progress({ stream: process.stderr, unit: 'nats' }));
  const interrupt = onInterrupt(output);
  try {
    const { density, result } = await trainDensity(config, source, callbacks, interrupt.signal);
    await metrics.close();
    await writeModel(join(dir, 'model'), { density, columns: source.columns });
    const info: RunInfo = {
      command: reproduce(config),
      date: new Date().toISOString(),
      backend: backend.name,
      threads: backend.threads,
      node: process.version,
      seconds: result.seconds,
      steps: result.step,
      stopReason: result.stopReason,
    };
    await write('run.json', info);
    if (interrupt.code() !== 0) {
      output.log(`the model after ${result.step} steps is in ${join(dir, 'model')}`);
      return interrupt.code();
    }
    output.log('judging on held-out rows, inverting, drawing …');
    const figures: Figures = computeFigures(density, source, references(source), rng.split('figures'));
    await write('results.json', figures);
    const report = await writeReport(dir, { config, source, density, figures, info });
    output.data(
      options.json
        ? `${JSON.stringify({ dir, ...figures })}\n`
        : `${summarize(figures)}\nreport: ${report}\n`,
    );
    return 0;
  } finally {
    interrupt.release();
  }
}

/** The command that gives this run again. */
function reproduce(config: RunConfig): string {
  const { data } = config;
  const words = ['iresnet train'];
  if (data.kind === 'file')
    words.push(`--data ${data.file}`, ...(data.columns ? [`--columns ${data.columns.join()}`] : []));
  else words.push(`--dataset ${data.name}`);
  words.push(
    `--steps ${config.steps}`,
    `--seed ${config.seed}`,
    `--blocks ${config.blocks}`,
    `--hidden ${config.hidden.join()}`,
    `--activation ${config.activation}`,
    `--coefficient ${config.coefficient}`,
    `--batch-size ${config.batchSize}`,
    `--learning-rate ${config.learningRate}`,
    `--noise ${config.noise}`,
  );
  return words.join(' ');
}
