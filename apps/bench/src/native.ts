import { parseArgs } from 'node:util';
import {
  conv2d,
  dispose,
  grad,
  grads,
  mean,
  memory,
  neg,
  randomNormal,
  sum,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { toy2d } from '@iresnet/datasets';
import { denseFlow, iResNet, iResNetPreset } from '@iresnet/model';
import { adam, adamax, constant, fit } from '@iresnet/training';
import type { Benchmark } from './benchmark';
import { spread } from './clock';

const backends = ['tensorflow', 'wasm'] as const;
type Name = (typeof backends)[number];

/** Called after each training step, with its loss. */
type StepEnd = (loss: number) => void;

/**
 * The native library against wasm: a convolution, whole training steps, their losses, and the
 * memory of 1000 steps.
 */
export const native: Benchmark = {
  name: 'native',
  summary: 'the native library against wasm: times as ratios, losses of 100 steps, memory of 1000',
  options: [
    '--threads <n>      of both (1)',
    '--rounds <n>       how often the two take turns; the fastest counts (3)',
    '--leak <n>         steps of the memory test (1000)',
  ],
  async run(args) {
    const { values: flags } = parseArgs({
      args: [...args],
      options: {
        threads: { type: 'string', default: '1' },
        rounds: { type: 'string', default: '3' },
        leak: { type: 'string', default: '1000' },
      },
    });
    const threads = Number(flags.threads);
    for (const name of backends) {
      const report = await useBackend(name, { threads });
      const library = report.native ? `, TensorFlow ${report.native.version}` : '';
      console.log(`${name}${library}, ${report.threads} thread(s)`);
    }
    console.log(`\n${'ms, the fastest'.padEnd(46)}native    wasm   ratio`);
    for (const { name, steps } of measured()) {
      const least: Record<Name, number> = { tensorflow: Infinity, wasm: Infinity };
      for (let round = 0; round < Number(flags.rounds); round++) {
        for (const backend of backends) {
          await useBackend(backend, { threads });
          least[backend] = Math.min(least[backend], ...(await steps()));
        }
      }
      const { tensorflow, wasm } = least;
      console.log(
        `${name.padEnd(44)}${tensorflow.toFixed(1).padStart(8)}${wasm.toFixed(1).padStart(8)}${(wasm / tensorflow).toFixed(1).padStart(8)}`,
      );
    }
    await compareLosses(threads);
    await watchMemory(threads, Number(flags.leak));
  },
};

/** What is timed; `steps` gives the milliseconds of some runs on the current backend. */
function measured(): { readonly name: string; readonly steps: () => Promise<number[]> }[] {
  return [
    {
      name: 'conv2d 3×3, 32→32, 28×28, batch 32',
      steps: () => convolution((x, w) => conv2d(x, w, 1, 'same')),
    },
    {
      name: '  with the gradient of x',
      steps: () => convolution((x, w, dy) => grad((t) => conv2d(t as Tensor4D, w, 1, 'same'))(x, dy)),
    },
    {
      name: '  with the gradient of the filter',
      steps: () => convolution((x, w, dy) => grad((t) => conv2d(x, t as Tensor4D, 1, 'same'))(w, dy)),
    },
    {
      name: '  with both',
      steps: () =>
        convolution((x, w, dy) =>
          grads((s, t) => conv2d(s as Tensor4D, t as Tensor4D, 1, 'same'))([x, w], dy),
        ),
    },
    { name: 'training step: toy, 8 blocks, batch 500', steps: () => times((end) => trainToy(20, end)) },
    { name: 'training step: mnist-small, batch 64', steps: () => times((end) => trainImage(5, 64, end)) },
  ];
}

async function convolution(
  f: (x: Tensor4D, w: Tensor4D, dy: Tensor4D) => Tensor | Tensor[],
): Promise<number[]> {
  const random = (shape: [number, number, number, number], seed: number): Tensor4D =>
    randomNormal(shape, 0, 1, 'float32', seed);
  const inputs = [
    random([32, 28, 28, 32], 1),
    random([3, 3, 32, 32], 2),
    random([32, 28, 28, 32], 3),
  ] as const;
  const moments: number[] = [];
  for (let run = 0; run < 12; run++) {
    const start = performance.now();
    // One number of each result is read back, so that each is computed.
    const values = tidy(() => [f(...inputs)].flat().map((t) => sum(t)));
    for (const value of values) await value.data();
    moments.push(performance.now() - start);
    dispose(values);
  }
  dispose([...inputs]);
  return moments.slice(2);
}

/** Milliseconds between the ends of the steps, without the first two. */
async function times(train: (stepEnd: StepEnd) => Promise<unknown>): Promise<number[]> {
  const ends: number[] = [];
  await train(() => ends.push(performance.now()));
  return ends.slice(2).map((end, i) => end - ends[i + 1]!);
}

function trainToy(steps: number, stepEnd: StepEnd): Promise<unknown> {
  const rng = createRng(0);
  const density = denseFlow({ dimension: 2, blocks: 8 }, rng.split('model'));
  const set = toy2d('8gaussians');
  return fit<Tensor2D>({
    params: density.params,
    loss: (x, lossRng) => neg(mean(density.logProb(x, lossRng))),
    batches: (_step, batchRng) => set.sample(500, batchRng) as Tensor2D,
    steps,
    optimizer: adam(),
    schedule: constant(1e-3),
    clipNorm: 10,
    rng: rng.split('fit'),
    logEvery: 1,
    callbacks: [{ onStepEnd: ({ loss }) => stepEnd(loss) }],
  });
}

function trainImage(steps: number, batch: number, stepEnd: StepEnd): Promise<unknown> {
  const rng = createRng(0);
  const { flow: density } = iResNet(iResNetPreset('mnist-density-small'), rng.split('model'));
  return fit<Tensor4D>({
    params: density.params,
    loss: (x, lossRng) => mean(density.bitsPerDim(density.logProb(x, lossRng))),
    batches: (_step, batchRng) => batchRng.uniform([batch, 28, 28, 1], -0.5, 0.5) as Tensor4D,
    steps,
    optimizer: adamax(),
    schedule: constant(0.003),
    rng: rng.split('fit'),
    logEvery: 1,
    callbacks: [{ onStepEnd: ({ loss }) => stepEnd(loss) }],
  });
}

/** The losses of both backends from the same seed: how far they part. */
async function compareLosses(threads: number): Promise<void> {
  for (const [name, train] of [
    ['toy', (end: StepEnd) => trainToy(100, end)],
    ['mnist-small, batch 8', (end: StepEnd) => trainImage(100, 8, end)],
  ] as const) {
    const losses: Record<Name, number[]> = { tensorflow: [], wasm: [] };
    for (const backend of backends) {
      await useBackend(backend, { threads });
      await train((loss) => losses[backend].push(loss));
    }
    const gaps = losses.wasm.map((loss, i) => Math.abs(losses.tensorflow[i]! - loss));
    console.log(
      `\n${name}, 100 steps from one seed: loss ${losses.wasm[0]!.toFixed(4)} → ${losses.wasm[99]!.toFixed(4)} (wasm), ` +
        `${losses.tensorflow[99]!.toFixed(4)} (native);\n  apart by ${gaps[0]!.toExponential(1)} in the first step, ` +
        `${spread(gaps).median.toExponential(1)} in the middle one, ${Math.max(...gaps).toExponential(1)} at most`,
    );
  }
}

/** Tensors and resident memory while the toy model is trained on the native library. */
async function watchMemory(threads: number, steps: number): Promise<void> {
  await useBackend('tensorflow', { threads });
  const seen: { tensors: number; resident: number }[] = [];
  await trainToy(steps, () =>
    seen.push({ tensors: memory().numTensors, resident: process.memoryUsage.rss() / 2 ** 20 }),
  );
  const [early, last] = [seen[Math.floor(steps / 5)]!, seen.at(-1)!];
  console.log(
    `\ntoy, ${steps} steps on native: ${early.tensors} tensors after a fifth, ${last.tensors} at the end; resident ` +
      `${early.resident.toFixed(0)} MiB, ${last.resident.toFixed(0)} MiB, peak ${Math.max(...seen.map((s) => s.resident)).toFixed(0)} MiB`,
  );
}
