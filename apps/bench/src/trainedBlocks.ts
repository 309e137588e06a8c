import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  add,
  div,
  gather,
  mean,
  moments,
  neg,
  slice,
  sqrt,
  sub,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs';
import { createRng, noGrad, type LinearOperator, type Rng } from '@iresnet/core';
import { digits, parseNpy, split, takeRows, toNpy, toTensor } from '@iresnet/datasets';
import { elu } from '@iresnet/lipschitz';
import { powerSeries, russianRoulette } from '@iresnet/logdet';
import { denseFlow, type FlowModel } from '@iresnet/model';
import { adam, cosine, fit, flatten, unflatten } from '@iresnet/training';

/** Event size: 8×8 pixels. */
export const DIMENSION = 64;
const BLOCKS = 6;
const STEPS = 1500;
const BATCH = 128;
const FOLDER = fileURLToPath(new URL('../../../runs/bench/', import.meta.url));

/** A residual block of a trained model where data meets it. */
export interface LinearizedBlock {
  /** The block's input, `[B, 64]`. */
  readonly x: Tensor;
  /** The Jacobian of its branch there. */
  readonly jacobian: LinearOperator;
  /** The proven Lipschitz constant of the branch. */
  readonly lipschitz: number;
}

/**
 * The residual blocks of a density of the 8×8 digits, linearized at held-out images.
 *
 * Trained from a fixed seed in one to three minutes, then kept in `runs/bench/`: the same weights
 * at every later call.
 *
 * @param coefficient - c, the bound of each layer's spectral norm; a branch has three layers.
 * @param examples - Held-out images, at most 359.
 */
export async function trainedBlocks(coefficient: number, examples: number): Promise<LinearizedBlock[]> {
  const rng = createRng(11);
  const { train, test } = images(rng.split('images'));
  const density = denseFlow(
    {
      dimension: DIMENSION,
      blocks: BLOCKS,
      hidden: [128, 128],
      activation: elu,
      coefficient,
      actNorm: false,
      logDet: powerSeries({ truncation: russianRoulette({ exactTerms: 6 }) }),
    },
    rng.split('weights'),
  );
  const file = `${FOLDER}digits-${coefficient}.npy`;
  const stored = await readFile(file).catch(() => null);
  // State that no optimizer touches, as the power-iteration vectors, is part of the weights.
  const variables = Object.values(density.params);
  if (stored) {
    const weights = parseNpy(stored, { file });
    tidy(() => {
      const values = tensor1d(weights.data as Float32Array);
      unflatten(values, variables).forEach((value, i) => variables[i]!.assign(value));
    });
  } else {
    await trainModel(density, coefficient, train, rng.split('fit'));
    const weights = await flatten(variables).data<'float32'>();
    await mkdir(FOLDER, { recursive: true });
    await writeFile(file, toNpy(weights, [weights.length]));
  }
  return linearize(
    density,
    tidy(() => slice(test, [0, 0], [examples, DIMENSION])),
  );
}

/**
 * Dequantized pixels (k + u)/17, each to mean 0 and deviation 1 over the set; four fifths to train.
 */
function images(rng: Rng): { train: Tensor2D; test: Tensor2D } {
  const table = digits();
  const [first, rest] = split(table.rows, [0.8, 0.2], rng.split('split')) as [Uint32Array, Uint32Array];
  return tidy(() => {
    const read = (rows: ArrayLike<number>, label: string): Tensor2D => {
      const pixels = toTensor(takeRows(table, rows));
      return div(add(pixels, rng.split(label).uniform(pixels.shape)), 17);
    };
    const train = read(first, 'train');
    const center = moments(train, 0);
    const standard = (x: Tensor2D): Tensor2D => div(sub(x, center.mean), sqrt(center.variance));
    return { train: standard(train), test: standard(read(rest, 'test')) };
  });
}

async function trainModel(density: FlowModel, coefficient: number, train: Tensor2D, rng: Rng): Promise<void> {
  const started = performance.now();
  console.log(`training ${BLOCKS} blocks on the digits, ${STEPS} steps, coefficient ${coefficient} …`);
  await fit<Tensor2D>({
    params: density.params,
    loss: (x, lossRng) => neg(mean(density.logProb(x, lossRng))),
    batches: (_step, batchRng) =>
      gather(
        train,
        Array.from({ length: BATCH }, () => batchRng.nextInt(train.shape[0])),
      ),
    steps: STEPS,
    optimizer: adam(),
    schedule: cosine(2e-3, STEPS),
    clipNorm: 100,
    rng,
    logEvery: 300,
    callbacks: [{ onStepEnd: ({ step, loss }) => console.log(`  step ${step}: ${loss.toFixed(1)} nats`) }],
  });
  console.log(`  ${Math.round((performance.now() - started) / 1000)} s`);
}

function linearize(density: FlowModel, images: Tensor): LinearizedBlock[] {
  let x = images;
  return noGrad(() =>
    density.blocks.map((block) => {
      const { jacobian } = block.branch.linearize(x);
      const linearized = { x, jacobian, lipschitz: block.lipschitzBound() };
      x = block.forward(x);
      return linearized;
    }),
  );
}
