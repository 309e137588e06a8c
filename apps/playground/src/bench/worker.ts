import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { useBackend } from '@iresnet/backend';
import { onHost } from '@iresnet/core';
import { toy2d } from '@iresnet/datasets';
import {
  certify,
  defaultRecipe,
  planeSource,
  reconstruct,
  sample,
  score,
  train,
  type DenseRecipe,
  type Pipeline,
  type Recipe,
} from '@iresnet/pipeline';
import type { Backend, Result, Task } from './protocol';

const page = self as unknown as {
  postMessage(result: Result): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Backend>) => void): void;
};

/** The code of each backend is loaded only where it is tried. */
const code: Readonly<Record<Backend, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  // Beside WebGPU a backend of the host computes what has to be read back.
  webgpu: async () => {
    await Promise.all([code.wasm(), import('@tensorflow/tfjs-backend-webgpu')]);
  },
};

/** The first steps compile and allocate; they are not counted. */
const [WARM, STEPS] = [5, 25];
const [SCORED, DRAWN, INVERTED] = [1000, 200, 200];

async function tryAll(backend: Backend): Promise<void> {
  const attempt = async (
    task: Task,
    work: () => Promise<Omit<Result, 'task' | 'milliseconds'> & { readonly milliseconds?: number }>,
  ): Promise<boolean> => {
    const began = performance.now();
    try {
      const done = await work();
      page.postMessage({ task, milliseconds: performance.now() - began, ...done });
      return true;
    } catch (error) {
      page.postMessage({ task, milliseconds: null, text: (error as Error).message });
      return false;
    }
  };
  const started = await attempt('start', async () => {
    await code[backend]();
    const wasmPaths = { 'tfjs-backend-wasm-simd.wasm': wasmBinary };
    const { threads, host } = await useBackend(backend, { wasmPaths });
    const beside = host === undefined ? 'ready' : `ready, with ${host} beside it`;
    return { text: threads > 1 ? `${threads} threads` : beside };
  });
  if (!started) return;
  const usual = defaultRecipe('plane');
  const { flow } = usual.model as DenseRecipe;
  const recipe: Recipe = {
    ...usual,
    steps: STEPS,
    batchSize: 128,
    validateEvery: STEPS,
    emaDecay: null,
    model: { kind: 'dense', flow: { ...flow, blocks: 4, hidden: [32, 32] } },
  };
  const source = planeSource(toy2d('moons'), recipe);
  let pipeline: Pipeline | null = null;
  const learned = await attempt('train', async () => {
    // A GPU is read now and then, and tells of the steps since.
    const told: { readonly step: number; readonly at: number }[] = [];
    let loss = NaN;
    const onStepEnd = (log: { readonly step: number; readonly loss: number }): void => {
      if (log.step >= WARM) told.push({ step: log.step, at: performance.now() });
      loss = log.loss;
    };
    const trained = await train(source, recipe, { callbacks: [{ onStepEnd }] });
    const { step, stopReason } = trained.result;
    if (step < STEPS) throw new Error(`learning ended after step ${step}: ${stopReason}`);
    pipeline = trained.pipeline;
    const [first, last] = [told[0]!, told.at(-1)!];
    const milliseconds = (last.at - first.at) / Math.max(1, last.step - first.step);
    return { milliseconds, text: `loss ${loss.toFixed(5)} after ${STEPS} steps`, value: loss };
  });
  if (!learned) return;
  const model = pipeline!;
  const { columns, values } = source.heldOut.data;
  const rows = (count: number) => ({ columns, rows: count, values: values.subarray(0, 2 * count) });
  await attempt('score', async () => {
    const { logProb, unusable } = await score(model, rows(SCORED));
    if (unusable.length > 0) throw new Error(`${unusable.length} of ${SCORED} rows have no density`);
    return { text: `mean ${(logProb!.reduce((sum, value) => sum + value, 0) / SCORED).toFixed(5)} nats` };
  });
  await attempt('draw', async () => {
    const { converged } = await sample(model, DRAWN, { seed: 1 });
    const done = converged.filter(Boolean).length;
    if (done < DRAWN) throw new Error(`${DRAWN - done} of ${DRAWN} inverses did not converge`);
    return { text: 'all converged' };
  });
  await attempt('invert', async () => {
    const { maxError } = await reconstruct(model, rows(INVERTED));
    return { text: `worst error ${Math.max(...Array.from(maxError)).toExponential(1)}` };
  });
  await attempt('prove', async () => {
    const { invertible, lipschitzBound } = await onHost([model.model], () => certify(model));
    if (!invertible) throw new Error('the proof fails');
    return { text: `L of all blocks ≤ ${lipschitzBound!.toFixed(2)}` };
  });
}

page.addEventListener('message', ({ data }) => {
  void tryAll(data);
});
