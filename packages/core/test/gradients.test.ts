import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as umbrella from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientsBundle } from '../../../scripts/tfjsGradients';

// The entry as it is published, in a process that has tfjs-core and one backend, against
// `@tensorflow/tfjs` here.

type Tf = typeof umbrella;

/**
 * Functions of a tensor [2, 3, 3, 2] with values in [0.1, 0.9]. They see nothing but their
 * arguments, so their text runs anywhere.
 */
const functions = {
  arithmetic: (tf: Tf, x: umbrella.Tensor) =>
    tf.div(tf.sub(tf.mul(x, tf.add(x, 2)), tf.neg(x)), tf.addN([x, tf.squaredDifference(x, 2)])),
  powers: (tf: Tf, x: umbrella.Tensor) =>
    tf.addN([tf.pow(x, 3), tf.sqrt(x), tf.rsqrt(x), tf.square(x), tf.reciprocal(x)]),
  exponentials: (tf: Tf, x: umbrella.Tensor) => tf.addN([tf.exp(x), tf.expm1(x), tf.log(x), tf.log1p(x)]),
  trigonometry: (tf: Tf, x: umbrella.Tensor) => tf.addN([tf.sin(x), tf.cos(x), tf.asinh(x), tf.atan(x)]),
  sigmoids: (tf: Tf, x: umbrella.Tensor) => tf.addN([tf.softplus(x), tf.sigmoid(x), tf.tanh(x), tf.erf(x)]),
  kinks: (tf: Tf, x: umbrella.Tensor) => {
    const y = tf.sub(x, 0.5);
    return tf.addN([tf.relu(y), tf.elu(y), tf.leakyRelu(y), tf.abs(y), tf.clipByValue(y, -0.2, 0.2)]);
  },
  choices: (tf: Tf, x: umbrella.Tensor) =>
    tf.where(tf.tensor1d([0, 1], 'bool'), tf.maximum(x, 0.4), tf.minimum(tf.square(x), 0.4)),
  signs: (tf: Tf, x: umbrella.Tensor) => tf.mul(x, tf.add(tf.sign(x), tf.step(tf.sub(x, 0.5)))),
  reductions: (tf: Tf, x: umbrella.Tensor) =>
    tf.addN([tf.mean(x, 1), tf.max(x, 1), tf.min(x, 1), tf.logSumExp(x, 1), tf.prod(x, 1)]),
  softmaxes: (tf: Tf, x: umbrella.Tensor) => tf.mul(tf.logSoftmax(x), tf.softmax(x)),
  cumulative: (tf: Tf, x: umbrella.Tensor) => tf.square(tf.cumsum(x, 3)),
  places: (tf: Tf, x: umbrella.Tensor) =>
    tf.square(tf.transpose(tf.reverse(tf.pad(tf.tile(tf.reshape(x, [6, 6]), [2, 1]), [[1, 0], [0, 1]]), 1))), // prettier-ignore
  parts: (tf: Tf, x: umbrella.Tensor) =>
    tf.concat(tf.split(tf.square(tf.slice(x, [0, 1, 0, 0], [2, 2, 3, 2])), 2, 1), 2),
  stacks: (tf: Tf, x: umbrella.Tensor) => tf.stack(tf.unstack(tf.expandDims(tf.square(x), 1)).reverse(), 2),
  gather: (tf: Tf, x: umbrella.Tensor) =>
    tf.square(tf.gather(tf.reshape(x, [6, 6]), tf.tensor1d([0, 3, 3], 'int32'), 1)),
  gatherInBatches: (tf: Tf, x: umbrella.Tensor) =>
    tf.square(tf.gather(tf.reshape(x, [2, 18]), tf.tensor2d([[0, 3, 3], [7, 1, 0]], [2, 3], 'int32'), 1, 1)), // prettier-ignore
  casts: (tf: Tf, x: umbrella.Tensor) => tf.cast(tf.square(x), 'float32'),
  matMul: (tf: Tf, x: umbrella.Tensor) =>
    tf.matMul(tf.reshape(x, [6, 6]), tf.reshape(tf.square(x), [6, 6]), true, false),
  conv2d: (tf: Tf, x: umbrella.Tensor) =>
    tf.conv2d(x as umbrella.Tensor4D, tf.reshape(tf.square(x), [3, 3, 2, 2]), 1, 'same'),
  conv2dTranspose: (tf: Tf, x: umbrella.Tensor) =>
    tf.conv2dTranspose(x as umbrella.Tensor4D, tf.reshape(x, [3, 3, 2, 2]), [2, 3, 3, 2], 1, 'same'),
  pools: (tf: Tf, x: umbrella.Tensor) =>
    tf.add(
      tf.avgPool(x as umbrella.Tensor4D, 2, 1, 'same'),
      tf.maxPool(x as umbrella.Tensor4D, 2, 1, 'same'),
    ),
} as const;

/**
 * The program that both sides run: which ops have a gradient, and the gradients of the sums of the
 * functions.
 */
const program = `(tf) => {
  const functions = {${Object.entries(functions).map(([name, f]) => `${name}: ${f.toString()}`)}};
  const x = tf.tensor(Array.from({ length: 36 }, (_, i) => 0.1 + (0.8 * ((i * 17 + 5) % 36)) / 35), [2, 3, 3, 2]);
  const ops = Object.values(tf).filter((name) => typeof name === 'string' && tf.getGradient(name) !== undefined);
  const gradients = Object.entries(functions).map(([name, f]) =>
    [name, Array.from(tf.grad((x) => tf.sum(f(tf, x)))(x).dataSync())]);
  return { ops: ops.sort(), gradients: Object.fromEntries(gradients) };
}`;

interface Found {
  readonly ops: readonly string[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const folder = fileURLToPath(new URL('..', import.meta.url));
let here: Found;
beforeAll(async () => {
  await umbrella.setBackend('cpu');
  here = (new Function(`return ${program}`)() as (tf: Tf) => Found)(umbrella);
});

describe.each([
  ['esm', "import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu';"],
  ['cjs', "const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu');"],
] as const)('as %s', (format, imports) => {
  let there: Found & { readonly kept: boolean };
  beforeAll(async () => {
    const bundle = await bundled(format);
    const text = await runNode(
      format,
      `${imports}
      const own = { kernelName: 'Selu', gradFunc: () => ({}) };
      tf.registerGradient(own);
      ${bundle}
      console.log(JSON.stringify({ ...(${program})(tf), kept: tf.getGradient('Selu') === own }));`,
    );
    there = JSON.parse(text) as typeof there;
  });

  test('every op that has a gradient in @tensorflow/tfjs has one', () => {
    expect(there.ops.length).toBeGreaterThan(90);
    expect(there.ops).toEqual(here.ops);
  });

  test('a gradient that was registered before stays', () => {
    expect(there.kept).toBe(true);
  });

  test.each(Object.keys(functions))('%s: the same gradient to the last bit', (name) => {
    expect(there.gradients[name]!.length).toBe(36);
    expect(there.gradients[name]).toEqual(here.gradients[name]);
  });
});

async function bundled(format: 'esm' | 'cjs'): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['src/gradients.ts'],
    bundle: true,
    write: false,
    format,
    plugins: gradientsBundle.esbuildPlugins,
    external: ['@tensorflow/tfjs-core'],
  });
  return outputFiles[0]!.text;
}

/**
 * Run a program in a Node process of its own, from the folder of this package, and give back what
 * it printed.
 */
function runNode(format: 'esm' | 'cjs', code: string): Promise<string> {
  const type = format === 'esm' ? 'module' : 'commonjs';
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [`--input-type=${type}`, '-'],
      { cwd: folder },
      (error, stdout) => {
        if (error) reject(error);
        else resolve(stdout);
      },
    );
    child.stdin?.end(code);
  });
}
