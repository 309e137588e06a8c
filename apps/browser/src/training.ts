import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@iresnet/backend';
import { createRng, type Rng } from '@iresnet/core';
import { certify, denseFlowDefaults, iResNet, imageFlow, type FlowModel } from '@iresnet/model';
import { negativeLogLikelihood } from '@iresnet/flows';
import { fit, sgd } from '@iresnet/training';

interface Gpgpu {
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
}

/** A density to train. */
interface Subject {
  readonly build: (rng: Rng) => FlowModel;
  readonly batch: (rng: Rng) => tf.Tensor;
}

const subjects = {
  /** Four columns with a matrix before each block; the determinant is exact. */
  table: {
    build(rng) {
      const flow = { ...denseFlowDefaults(4), blocks: 2, hidden: [8], linear: true };
      return iResNet({ kind: 'dense', flow, head: null }, rng).flow;
    },
    batch: (rng) => {
      const rows = rng.normal([16, 4]);
      return tf.add(rows, tf.mul(0.3, tf.square(tf.reverse(rows, 1))));
    },
  },
  /** Two scales, with the estimator that is the default of images. */
  images: {
    build: (rng) =>
      imageFlow(
        {
          shape: [4, 4, 1],
          scales: [
            { blocks: 1, channels: 4, squeeze: true },
            { blocks: 1, channels: 4, squeeze: true },
          ],
        },
        rng,
      ),
    batch: (rng) => tf.sub(tf.sigmoid(rng.normal([8, 4, 4, 1])), 0.5),
  },
} satisfies Readonly<Record<string, Subject>>;

/**
 * Count the readings that wait until the GPU has done all before them: those into memory of the
 * page. One into a buffer of the GPU, as `tensor.data()` makes it, does not wait.
 */
function countReadings(): () => number {
  let readings = 0;
  const gl = (tf.backend() as tf.KernelBackend & Gpgpu).gpgpu?.gl;
  if (gl) {
    const read = gl.readPixels.bind(gl) as (...given: readonly unknown[]) => void;
    gl.readPixels = (...given: readonly unknown[]) => {
      if (ArrayBuffer.isView(given[6])) readings++;
      read(...given);
    };
  }
  return () => readings;
}

/** Train a density. Gives what it read in each step, its losses, and what is proven of it. */
export async function trained({
  backend,
  name,
  steps,
}: {
  readonly backend: 'wasm' | 'webgl';
  readonly name: keyof typeof subjects;
  readonly steps: number;
}) {
  await useBackend(backend, { wasmPaths: '/wasm/' });
  const { build, batch } = subjects[name];
  const model = build(createRng(1));
  const count = countReadings();
  const readings: number[] = [];
  const losses: number[] = [];
  let before = count();
  await fit({
    module: model,
    loss: (x: tf.Tensor, rng: Rng) => negativeLogLikelihood(model, x, rng),
    batches: (_, rng) => batch(rng),
    steps,
    optimizer: sgd({ momentum: 0.5 }),
    schedule: 0.005,
    clipNorm: 10,
    emaDecay: 0.9,
    rng: createRng(2),
    logEvery: 1,
    afterStep: () => {
      readings.push(count() - before);
      before = count();
    },
    callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
  });
  before = count();
  model.enforceBounds();
  const { invertible } = certify(model);
  const x = batch(createRng(3));
  const back = model.decode(model.encode(x)).value;
  const inverseError = tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]!;
  return { readings, losses, invertible, inverseError, readingsAfter: count() - before };
}
