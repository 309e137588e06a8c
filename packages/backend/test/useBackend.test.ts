import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { IResNetError } from '@iresnet/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../src';
import { installed } from '../../../scripts/native';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Run a module in a Node process of its own, which must end by itself. */
function run(
  script: string,
  env: NodeJS.ProcessEnv = { IRESNET_NATIVE_DIR: '/nowhere' },
): { status: number | null; output: Record<string, unknown>; stderr: string } {
  const args = ['--conditions=@iresnet/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 45_000,
    env: { ...process.env, ...env },
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  return {
    status,
    output: line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : {},
    stderr,
  };
}

const prologue = `
  import * as tf from '@tensorflow/tfjs';
  import { useBackend } from '@iresnet/backend';
`;

describe('useBackend', () => {
  it('auto starts wasm where the native library is missing, and the process ends by itself', () => {
    const { status, output, stderr } = run(`${prologue}
      const lines = [];
      const report = await useBackend('auto', { log: (line) => lines.push(line) });
      const x = tf.randomNormal([2, 4, 4, 3], 0, 1, 'float32', 1);
      const w = tf.randomNormal([3, 3, 3, 5], 0, 1, 'float32', 2);
      const slope = tf.grad((k) => tf.sum(tf.sin(tf.conv2d(x, k, 1, 'same'))))(w);
      console.log(JSON.stringify({ report, lines, backend: tf.getBackend(), shape: slope.shape }));
    `);
    expect(status, stderr).toBe(0);
    const tried = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
    const remedy = 'nothing in /nowhere; run npx @iresnet/backend install-native';
    expect(output).toMatchObject({
      backend: 'wasm',
      shape: [3, 3, 3, 5],
      report: {
        name: 'wasm',
        threads: 1,
        tried: [
          { name: 'install-native', error: remedy },
          ...tried.map((name) => ({ name, error: expect.stringContaining(name) })),
        ],
      },
    });
    expect(output['lines']).toHaveLength(4);
  });

  it('runs wasm in threads, and the process ends by itself', () => {
    const { status, output, stderr } = run(`${prologue}
      const [Worker, cpus] = [globalThis.Worker, (await import('node:os')).cpus().length];
      const report = await useBackend('wasm', { threads: 2 });
      const restored = globalThis.Worker === Worker && (await import('node:os')).cpus().length === cpus;
      const a = tf.randomNormal([300, 64], 0, 1, 'float32', 1);
      const product = tf.matMul(a, a, false, true);
      const exact = a.arraySync()[7].reduce((sum, v, i) => sum + v * a.arraySync()[11][i], 0);
      const sine = tf.sin(tf.tensor1d([1])).dataSync()[0];
      console.log(JSON.stringify({ report, restored, sine, error: product.arraySync()[7][11] - exact }));
    `);
    expect(status, stderr).toBe(0);
    expect(output).toMatchObject({
      report: { name: 'wasm', threads: 2 },
      restored: true,
      sine: Math.fround(Math.sin(1)),
    });
    expect(Math.abs(output['error'] as number)).toBeLessThan(1e-4); // 64 products of float32
  });

  it('gives a backend up that never starts, and takes the next', () => {
    const { status, output, stderr } = run(`${prologue}
      tf.registerBackend('wasm', () => new Promise(() => undefined), 2);
      const report = await useBackend('auto', { timeoutMs: 200 });
      console.log(JSON.stringify({ report, backend: tf.getBackend(), two: tf.add(1, 1).dataSync()[0] }));
    `);
    expect(status, stderr).toBe(0);
    expect(output).toMatchObject({ backend: 'cpu', two: 2, report: { name: 'cpu' } });
    expect(output['report']).toMatchObject({ tried: [{}, {}, {}, { error: 'no answer within 200 ms' }] });
  });

  it('starts a backend by name', async () => {
    const report = await useBackend('cpu');
    expect(report).toEqual({ name: 'cpu', reason: 'asked for by name', tried: [], threads: 1 });
    expect(tf.getBackend()).toBe('cpu');
  });

  it.skipIf(!installed)('auto prefers the native library where it is installed, and says so', () => {
    const { status, output, stderr } = run(
      `${prologue}
      const lines = [];
      const report = await useBackend('auto', { threads: 1, log: (line) => lines.push(line) });
      const x = tf.randomNormal([2, 4, 4, 3], 0, 1, 'float32', 1);
      const w = tf.randomNormal([3, 3, 3, 5], 0, 1, 'float32', 2);
      const slope = tf.grad((k) => tf.sum(tf.sin(tf.conv2d(x, k, 1, 'same'))))(w);
      const again = await useBackend('tensorflow');
      const cpu = await useBackend('cpu');
      console.log(JSON.stringify({ report, again, cpu, lines, shape: slope.shape }));
    `,
      {},
    );
    expect(status, stderr).toBe(0);
    const native = {
      version: expect.stringMatching(/^2\.\d+\.\d+/),
      device: expect.stringMatching(/^[cg]pu$/),
    };
    expect(output).toMatchObject({
      report: { name: 'tensorflow', tried: [], threads: 1, native },
      again: { name: 'tensorflow', reason: 'asked for by name', native },
      cpu: { name: 'cpu' },
      shape: [3, 3, 3, 5],
    });
    expect(output['lines']).toEqual([
      expect.stringMatching(/^backend tensorflow: the native library is preferred over wasm: TensorFlow 2/),
    ]);
  });

  it('names a backend that does not start, and why', async () => {
    process.env['IRESNET_NATIVE_DIR'] = '/nowhere';
    const error = await useBackend('tensorflow').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IResNetError);
    expect((error as IResNetError).kind).toBe('argument');
    expect((error as IResNetError).message).toMatch(
      /useBackend: .*tensorflow .*tfjs-node-gpu: .*tfjs-node: /s,
    );
  });

  it('refuses options that make no sense', async () => {
    await expect(useBackend('cpu', { timeoutMs: 0 })).rejects.toThrow('timeoutMs > 0, got 0');
    await expect(useBackend('cpu', { threads: 1.5 })).rejects.toThrow('threads ≥ 1, got 1.5');
  });
});
