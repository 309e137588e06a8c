import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Core from '@tensorflow/tfjs-core';
import { InstallFailure } from './failure';
import { loadNative } from '../load';

type Tf = typeof Core;
type Case = (tf: Tf, random: (...shape: number[]) => Core.Tensor) => Core.Tensor | Core.Tensor[];

const gradients =
  (tf: Tf, f: (...x: Core.Tensor[]) => Core.Tensor) =>
  (...x: Core.Tensor[]): Core.Tensor[] =>
    tf.grads((...t) => tf.sum(tf.sin(f(...t))))(x);

/** Kernels of each kind that training uses, with gradients. */
const cases: Readonly<Record<string, Case>> = {
  'conv2d and its gradients': (tf, random) =>
    gradients(tf, (x, w) => tf.conv2d(x as Core.Tensor4D, w as Core.Tensor4D, 1, 'same'))(
      random(2, 8, 8, 3),
      random(3, 3, 3, 5),
    ),
  'matMul and its gradients': (tf, random) =>
    gradients(tf, (a, b) => tf.matMul(a!, b!, false, true))(random(2, 7, 5), random(2, 3, 5)),
  formulas: (tf, random) =>
    gradients(tf, (x) => tf.add(tf.elu(x!), tf.mul(tf.exp(x!), tf.softplus(x!))))(random(100)),
  sums: (tf, random) => [
    tf.sum(random(30, 40), 0),
    tf.max(random(30, 40), 1),
    tf.mean(random(30, 40)),
    tf.logSoftmax(random(6, 5)),
  ],
  layouts: (tf, random) => [
    tf.transpose(random(2, 3, 4, 5), [3, 1, 0, 2]),
    tf.concat([random(2, 3), random(2, 4)], 1),
    tf.pad(random(2, 3), [
      [1, 0],
      [0, 2],
    ]),
    tf.gather(random(5, 3), tf.tensor1d([4, 0, 4], 'int32')),
    tf.slice(random(5, 3), [1, 1], [3, 2]),
  ],
  'integers and conditions': (tf, random) => [
    tf.argMax(random(6, 5), 1),
    tf.where(tf.greater(random(6, 5), 0), random(6, 5), tf.zeros([6, 5])),
    tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3),
  ],
};

/**
 * Load an install in this process and compare its kernels with those of the cpu backend. It uses
 * the `@tensorflow/tfjs-core` of the project in the current folder, else the one next to this
 * package.
 *
 * @returns A line that says what runs.
 */
export async function checkNative(folder: string): Promise<string> {
  const tf = projectTfjs();
  await import('@iresnet/core/gradients');
  const started = performance.now();
  const { version, device } = await loadNative(folder, undefined, tf as unknown as Record<string, unknown>);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the backend could not be initialized');
  let worst = 0;
  for (const [name, compute] of Object.entries(cases)) {
    const native = await values(tf, 'tensorflow', compute);
    const cpu = await values(tf, 'cpu', compute);
    const scale = Math.max(...cpu.map(Math.abs));
    const difference = Math.max(...cpu.map((v, i) => Math.abs(v - native[i]!))) / scale;
    // Sums of at most 800 products of float32, in another order. The negated form refuses NaN too.
    if (cpu.length !== native.length || !(difference < 1e-4)) {
      throw new Error(`${name} differs from the cpu backend by ${difference} of its largest value`);
    }
    worst = Math.max(worst, difference);
  }
  const ms = (performance.now() - started).toFixed(0);
  return (
    `TensorFlow ${version} on the ${device}: ${Object.keys(cases).length} groups of kernels agree with ` +
    `the cpu backend within ${worst.toExponential(1)} of the largest value, in ${ms} ms`
  );
}

async function values(tf: Tf, backend: string, compute: Case): Promise<number[]> {
  await tf.setBackend(backend);
  let seed = 0;
  return tf.tidy(() => {
    const random = (...shape: number[]): Core.Tensor => tf.randomNormal(shape, 0, 1, 'float32', ++seed);
    return [compute(tf, random)].flat().flatMap((t) => Array.from(t.dataSync()));
  });
}

function projectTfjs(): Tf {
  for (const from of [join(process.cwd(), 'x.js'), process.argv[1] ?? '']) {
    try {
      const require = createRequire(from);
      const tf = require('@tensorflow/tfjs-core') as Tf;
      require('@tensorflow/tfjs-backend-cpu');
      return tf;
    } catch {
      // Try the next place.
    }
  }
  throw new InstallFailure(
    'The check of the result needs @tensorflow/tfjs-core and its cpu backend, which are not installed here.',
    'Run the command in a project that has them: npm install @tensorflow/tfjs-core@4.22 @tensorflow/tfjs-backend-cpu@4.22',
  );
}
