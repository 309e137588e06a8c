import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { useBackend, type BackendName } from '../src';
import { installed } from '../../../scripts/native';

/** 3×3 convolutions and a matrix on images of fixed noise: every step's loss, from a fixed seed. */
async function train(backend: BackendName, steps: number, stepEnd: (loss: number) => void): Promise<void> {
  await useBackend(backend);
  const random = (shape: number[], seed: number, scale = 1): tf.Tensor =>
    tf.tidy(() => tf.mul(tf.randomNormal(shape, 0, 1, 'float32', seed), scale));
  const x = random([8, 10, 10, 2], 1) as tf.Tensor4D;
  const y = random([8, 3], 2);
  const weights = [random([3, 3, 2, 6], 3, 0.2), random([3, 3, 6, 4], 4, 0.2), random([400, 3], 5, 0.05)];
  const [a, b, c] = weights.map((w) => tf.variable(w)) as [tf.Variable, tf.Variable, tf.Variable];
  const optimizer = tf.train.adam(1e-3);
  const loss = (): tf.Scalar => {
    const hidden = tf.elu(tf.conv2d(x, a as tf.Tensor4D, 1, 'same'));
    const deeper = tf.softplus(tf.conv2d(hidden, b as tf.Tensor4D, 1, 'same'));
    return tf.mean(tf.square(tf.sub(tf.matMul(tf.reshape(deeper, [8, 400]), c), y)));
  };
  for (let step = 0; step < steps; step++) {
    const value = optimizer.minimize(loss, true)!;
    stepEnd((await value.data())[0]!);
    value.dispose();
  }
  optimizer.dispose();
  tf.dispose([x, y, a, b, c, ...weights]);
}

describe.skipIf(!installed)('training on the native backend', () => {
  it('has the losses of wasm for 100 steps', async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    const losses: Record<'tensorflow' | 'wasm', number[]> = { tensorflow: [], wasm: [] };
    for (const backend of ['tensorflow', 'wasm'] as const) {
      await train(backend, 100, (loss) => losses[backend].push(loss));
    }
    expect(losses.wasm).toHaveLength(100);
    expect(losses.wasm[99]!).toBeLessThan(losses.wasm[0]! / 2);
    // Both round each of some 10³ sums to 2⁻²⁴ ≈ 6e-8; Adam divides by slopes that it rounds, which
    // 100 steps amplify.
    losses.wasm.forEach((loss, step) => {
      expect(Math.abs(losses.tensorflow[step]! / loss - 1), `step ${step}`).toBeLessThan(
        step === 0 ? 2e-6 : 1e-3,
      );
    });
  });

  it('keeps nothing over 1000 steps', async () => {
    const tensors: number[] = [];
    const resident: number[] = [];
    await train('tensorflow', 1000, () => {
      tensors.push(tf.memory().numTensors);
      resident.push(process.memoryUsage.rss());
    });
    expect(tensors[999]).toBe(tensors[1]);
    // The heap of JavaScript breathes; a leak of the smallest tensors of each step would be 60 MB.
    const mib = (resident[999]! - resident[200]!) / 2 ** 20;
    console.log(
      `resident after 200 steps ${(resident[200]! / 2 ** 20).toFixed(0)} MiB, after 1000 ${(resident[999]! / 2 ** 20).toFixed(0)} MiB, peak ${(Math.max(...resident) / 2 ** 20).toFixed(0)} MiB`,
    );
    expect(mib).toBeLessThan(48);
  });
});
