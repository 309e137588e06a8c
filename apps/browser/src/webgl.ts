import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@iresnet/backend';
import { assign, snapshot } from '@iresnet/checkpoint';
import { createRng, IResNetError } from '@iresnet/core';
import { invertResidual } from '@iresnet/inversion';
import { conv2d, dense, denseConcat } from '@iresnet/lipschitz';
import { denseFlow } from '@iresnet/model';
import { convBoundAt, gramBound } from '@iresnet/spectral-norm';
import { adam, fit } from '@iresnet/training';

interface WebglBackend extends tf.KernelBackend {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext };
}

/** Lose the WebGL context, as a driver that was reset does. */
async function loseContext(): Promise<void> {
  const { gl } = (tf.backend() as WebglBackend).gpgpu;
  gl.getExtension('WEBGL_lose_context')!.loseContext();
  await new Promise((resolve) => setTimeout(resolve));
}

/** The kind and the message of what a function throws, or what it returns. */
async function outcome(f: () => unknown): Promise<string> {
  try {
    return JSON.stringify(await f());
  } catch (error) {
    return error instanceof IResNetError
      ? `${error.kind} ${error.message}`
      : `another error: ${String(error)}`;
  }
}

/**
 * The largest error of sine and cosine for |x| ≤ range, in units in the last place of the result,
 * and where it is.
 */
export async function sines({ ranges, steps }: { ranges: readonly number[]; steps: number }) {
  await useBackend('webgl');
  const functions = [
    ['sin', tf.sin, Math.sin],
    ['cos', tf.cos, Math.cos],
  ] as const;
  return ranges.flatMap((range) => {
    const at = Float32Array.from({ length: steps }, (_, i) => range * ((2 * i + 1) / steps - 1));
    const x = tf.tensor1d(at);
    return functions.map(([name, ours, truth]) => {
      const got = ours(x).dataSync();
      let worst = { ulp: 0, x: 0 };
      at.forEach((value, i) => {
        const exact = truth(value);
        const unit = 2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23);
        const ulp = Math.abs(got[i]! - exact) / unit;
        if (!(ulp <= worst.ulp)) worst = { ulp, x: value };
      });
      return { name, range, ...worst };
    });
  });
}

/** Bounds of layers before and after the context is lost, and a start of the backend after that. */
export async function bounds() {
  await useBackend('webgl');
  const rng = createRng(1);
  const layer = dense({ inputs: 40, outputs: 40, coefficient: Infinity, rng });
  const images = conv2d({
    inputs: 2,
    outputs: 2,
    kernelSize: 3,
    imageSize: [6, 6],
    coefficient: Infinity,
    rng,
  });
  const concatenated = denseConcat(dense({ inputs: 3, outputs: 2, rng }));
  const kernel = rng.normal([8, 8]);
  const taps = rng.normal([3, 3, 2, 2]);
  const all: Readonly<Record<string, () => number>> = {
    dense: () => layer.lipschitzBound(),
    conv2d: () => images.lipschitzBound(),
    denseConcat: () => concatenated.lipschitzBound(),
    gramBound: () => gramBound(kernel),
    convBoundAt: () => convBoundAt(taps, [4, 4]),
    errorBound: () =>
      invertResidual((x) => tf.mul(0.5, tf.sin(x)), kernel, { lipschitz: 0.5 }).errorBound[0]!,
  };
  const numbers = Object.values(all).map((bound) => bound());
  // A bound is kept for as long as the weights are the same.
  for (const { params } of [layer, images, concatenated])
    for (const variable of Object.values(params)) variable.assign(tf.add(variable, 0));
  await loseContext();
  const after: Record<string, string> = {};
  for (const [name, bound] of Object.entries(all)) after[name] = await outcome(bound);
  after['snapshot'] = await outcome(() => snapshot(layer));
  return { numbers, after, again: await outcome(() => useBackend('webgl')) };
}

/**
 * What becomes of a run whose context is lost in its third step, or which is aborted in that step.
 */
export async function interrupted({ by, logEvery }: { by: 'loss' | 'signal'; logEvery: number }) {
  await useBackend('webgl');
  const slope = tf.variable(tf.scalar(0));
  const stop = new AbortController();
  let evaluations = 0;
  return outcome(async () => {
    const { stopReason, step } = await fit({
      params: { slope },
      batches: (_step, rng) => rng.normal([32]),
      loss: (x) => {
        // The value that is read next is that of this step.
        if (evaluations++ === 2) {
          if (by === 'signal') stop.abort();
          else void loseContext();
        }
        return tf.mean(tf.square(tf.sub(tf.mul(slope, x), tf.mul(3, x))));
      },
      steps: 40,
      optimizer: adam(),
      schedule: 0.1,
      logEvery,
      rng: createRng(1),
      signal: stop.signal,
    });
    return { stopReason, step };
  });
}

/** Log-densities of a flow, and of another one that takes over its variables. */
export async function reloaded() {
  await useBackend('webgl');
  const options = { dimension: 2, blocks: 2, hidden: [16] };
  const x = createRng(1).normal([8, 2]);
  const scores = (flow: ReturnType<typeof denseFlow>): number[] =>
    Array.from(flow.logProb(x, createRng(2)).dataSync());
  const first = denseFlow(options, createRng(3));
  scores(first); // starts its normalization
  first.refresh?.();
  const before = scores(first);
  const second = denseFlow(options, createRng(4));
  assign(second, await snapshot(first));
  return { before, after: scores(second) };
}
