import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@iresnet/backend';
import { createRng, onHost, type Rng } from '@iresnet/core';
import { negativeLogLikelihood } from '@iresnet/flows';
import { certify, denseFlow } from '@iresnet/model';
import { fit, sgd } from '@iresnet/training';

/** Losses of a small flow on a backend, and what its samples and its certificate are. */
async function trained(steps: number) {
  const flow = denseFlow({ dimension: 2, blocks: 1, hidden: [4] }, createRng(1));
  const losses: number[] = [];
  await fit({
    module: flow,
    loss: (x: tf.Tensor, rng: Rng) => negativeLogLikelihood(flow, x, rng),
    batches: (_, rng) => rng.normal([8, 2]),
    steps,
    optimizer: sgd(),
    schedule: 0.05,
    rng: createRng(2),
    logEvery: 1,
    callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
  });
  return onHost([flow], () => {
    flow.enforceBounds?.();
    const sample = Array.from(flow.sample(3, createRng(3)).dataSync());
    return { losses, sample, invertible: certify(flow).invertible };
  });
}

/** The same training on WebGPU and on cpu, and what a blocking reading says. */
export async function compared({ steps }: { readonly steps: number }) {
  const { reads, host } = await useBackend('webgpu');
  // SwiftShader takes a hundred times as long for the other programs of small products.
  tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  const webgpu = await trained(steps);
  let refused = 'nothing';
  try {
    tf.add(tf.ones([3]), 1).dataSync();
  } catch (error) {
    refused = String(error);
  }
  await useBackend('cpu');
  return { reads, host, refused, webgpu, cpu: await trained(steps) };
}
