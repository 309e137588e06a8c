import { parseArgs } from 'node:util';
import { useBackend, type BackendName } from '@iresnet/backend';
import type { ImageSet } from '@iresnet/datasets';
import { mnist } from '@iresnet/datasets/node';
import { fit } from '@iresnet/training';
import type { Benchmark } from './benchmark';
import { differences, now, spread, type Moment } from './clock';
import { profileKernels } from './kernels';
import { image } from './steps/cases';

const WARM_UP = 3;
const PROFILED = 3;
const LAST = 10;

/** Training steps of a density of MNIST-sized images: bits per dimension, gradient, Adamax. */
export const imageBenchmark: Benchmark = {
  name: 'image',
  summary:
    "training steps of the preset 'mnist-small': random bytes, timed; or MNIST, to its bits per dimension",
  options: [
    '--backend <name>   auto, tensorflow, wasm (default), cpu',
    '--threads <n>      of the wasm backend (1)',
    '--batch <n>        images a step (64)',
    '--steps <n>        steps to measure (10), or to train on data (200)',
    '--data-dir <dir>   train on the IDX files of MNIST in this folder (as `mnist` reads them)',
  ],
  async run(args) {
    const { values: flags } = parseArgs({
      args: [...args],
      options: {
        backend: { type: 'string', default: 'wasm' },
        threads: { type: 'string', default: '1' },
        batch: { type: 'string', default: '64' },
        steps: { type: 'string' },
        'data-dir': { type: 'string' },
      },
    });
    const batch = Number(flags.batch);
    const dir = flags['data-dir'];
    const steps = Number(flags.steps ?? (dir === undefined ? 10 : 200));
    const backend = await useBackend(flags.backend as BackendName, { threads: Number(flags.threads) });
    console.log(
      `mnist-small, batch ${batch}, backend ${backend.name}, ${backend.threads} thread(s), ${steps} steps`,
    );
    const train = trainer(dir === undefined ? undefined : await mnist({ split: 'train', dir }), batch);
    if (dir === undefined) await time(train, steps);
    else await report(train, steps);
  },
};

/** Trains so many steps and calls back after each with the loss. */
type Train = (steps: number, stepEnd: (bits: number) => void) => Promise<unknown>;

/** A new model, trained on x = (byte + u)/256 − ½. */
function trainer(images: ImageSet | undefined, batch: number): Train {
  const { model: _, ...options } = image({ batch, ...(images && { images }) });
  return (steps, stepEnd) =>
    fit({ ...options, steps, logEvery: 1, callbacks: [{ onStepEnd: ({ loss }) => stepEnd(loss) }] });
}

/** Milliseconds a step, and by kernel. */
async function time(train: Train, steps: number): Promise<void> {
  const moments: Moment[] = [];
  await train(WARM_UP + steps, () => moments.push(now()));
  const measured = differences(moments.slice(WARM_UP - 1));
  const { kernels, ...total } = await profileKernels((stepEnd) => train(PROFILED, stepEnd));
  for (const clock of ['wall', 'cpu'] as const) {
    const { median, min } = spread(measured.map((step) => step[clock]));
    console.log(`${clock.padEnd(6)} median ${median.toFixed(0)} ms, min ${min.toFixed(0)} ms a step`);
  }
  console.log(`calls  ${total.calls.toFixed(0)} kernels a step, ${total.ms.toFixed(0)} ms while profiled`);
  console.log(`peak   ${total.peakTensors} tensors, ${(total.peakBytes / 2 ** 20).toFixed(0)} MiB\n`);
  console.log(`${'kernel'.padEnd(20)}  calls      ms  share`);
  for (const { name, calls, ms } of kernels) {
    const share = `${Math.round((100 * ms) / total.ms)} %`;
    console.log(
      `${name.padEnd(20)}${calls.toFixed(0).padStart(7)}${ms.toFixed(1).padStart(8)}${share.padStart(7)}`,
    );
  }
}

/** Bits per dimension while training, and the mean of the last batches. */
async function report(train: Train, steps: number): Promise<void> {
  const losses: number[] = [];
  const start = performance.now();
  await train(steps, (bits) => {
    losses.push(bits);
    if (losses.length % 20 === 0) console.log(`step ${losses.length}  ${bits.toFixed(3)} bits/dim`);
  });
  const last = losses.slice(-LAST);
  const seconds = (performance.now() - start) / 1000;
  const average = last.reduce((sum, bits) => sum + bits, 0) / last.length;
  console.log(
    `${average.toFixed(3)} bits/dim, the mean of the last ${last.length} of ${steps} batches; ${seconds.toFixed(0)} s`,
  );
}
