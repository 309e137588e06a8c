import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IResNetError } from '@iresnet/core';
import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackends, useBackend, type BackendName } from '../src';
import { installed } from '../../../scripts/native';
import { gradientsBundle } from '../../../scripts/tfjsGradients';

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

/**
 * Run a module in a folder with TensorFlow.js and our packages, but without the package of a
 * backend.
 */
function runAlone(script: string, folder: string): Record<string, unknown> {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 45_000,
    env: { ...process.env, IRESNET_NATIVE_DIR: '/nowhere' },
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : { stdout, stderr };
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
          ...tried.map((name) => ({ name, error: 'it is not installed' })),
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

  it.each([1, 2])('an uncaught error beside wasm in %i threads is shown without its program', (threads) => {
    const start = `${prologue}
      const mine = () => undefined;
      for (const event of ['uncaughtExceptionMonitor', 'unhandledRejection']) process.on(event, mine);
      const started = useBackend('wasm', { threads: ${threads} });
      process.on('uncaughtException', mine);
      await started;
      const kept = ['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event));
      console.log(JSON.stringify({ kept: kept.map((all) => all.length === 1 && all[0] === mine) }));
      for (const event of ['uncaughtException', 'unhandledRejection']) process.off(event, mine);
    `;
    const fatal = [`throw new Error('my own');`, `Promise.reject(new Error('my own'));`];
    for (const end of fatal.map((line) => `setTimeout(() => { ${line} });`)) {
      const { status, output, stderr } = run(start + end);
      expect(output).toEqual({ kept: [true, true] });
      expect(status).toBe(1);
      expect(stderr).toContain('Error: my own');
      expect(stderr.length).toBeLessThan(4000);
    }
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
    expect(report).toEqual({
      name: 'cpu',
      reason: 'asked for by name',
      tried: [],
      reads: 'blocking',
      threads: 1,
    });
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
    await expect(useBackend('cpu', { thread: 1 } as object)).rejects.toThrow(
      "expected the options timeoutMs, threads, wasmPaths, log, got 'thread' (did you mean 'threads'?)",
    );
    await expect(listBackends({ second: 1 } as object)).rejects.toThrow("(did you mean 'seconds'?)");
  });

  it('refuses a name that nobody knows, before it looks for any package', async () => {
    const lines: string[] = [];
    const log = (line: string): number => lines.push(line);
    await expect(useBackend('bogus' as BackendName, { log })).rejects.toThrow(
      /^backend.useBackend: expected one of the backends auto, tensorflow, wasm, cpu, webgl, webgpu, .*, got 'bogus'$/,
    );
    await expect(useBackend('wsam' as BackendName)).rejects.toThrow("got 'wsam' (did you mean 'wasm'?)");
    await expect(useBackend(2 as never)).rejects.toThrow('got 2');
    expect(lines).toEqual([]);
  });

  it('takes a backend that the application has registered', async () => {
    tf.registerBackend('mine', tf.findBackendFactory('cpu'));
    tf.copyRegisteredKernels('cpu', 'mine');
    try {
      expect(await useBackend('mine' as BackendName)).toMatchObject({ name: 'mine', threads: 1 });
    } finally {
      await tf.setBackend('cpu');
      tf.removeBackend('mine');
    }
  });

  it('refuses one whose device reads zeros, and goes on with the one before', async () => {
    const made = tf.findBackendFactory('cpu')() as tf.KernelBackend;
    const readSync = (dataId: object): Float32Array => new Float32Array(made.readSync(dataId).length);
    tf.registerBackend('dead', () => Object.assign(Object.create(made), { readSync }) as tf.KernelBackend);
    tf.copyRegisteredKernels('cpu', 'dead');
    try {
      await expect(useBackend('dead' as BackendName)).rejects.toThrow(
        'its device fails at values that are read at once: 0 in place of 0.5',
      );
      expect(tf.getBackend()).toBe('cpu');
    } finally {
      tf.removeBackend('dead');
    }
  });

  it('says that webgl needs a browser', async () => {
    await expect(useBackend('webgl')).rejects.toThrow('it needs a browser');
  });
});

describe('useBackend without the package of a backend', () => {
  let folder = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'no-backend-'));
    mkdirSync(join(folder, 'node_modules/@tensorflow'), { recursive: true });
    for (const name of ['tfjs-core', 'tfjs-backend-cpu']) {
      const at = `node_modules/@tensorflow/${name}`;
      symlinkSync(join(root, at), join(folder, at));
    }
    await build({
      entryPoints: [join(root, 'packages/backend/src/index.ts')],
      outfile: join(folder, 'backend.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions: ['@iresnet/source'],
      external: ['@tensorflow/*'],
      // As it is published, without @tensorflow/tfjs.
      alias: { '@iresnet/core/gradients': join(root, 'packages/core/src/gradients.ts') },
      plugins: gradientsBundle.esbuildPlugins,
    });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const attempt = (name: string, before = '', after = ''): Record<string, unknown> =>
    runAlone(
      `import * as tf from '@tensorflow/tfjs-core';
       import { useBackend } from './backend.mjs';
       ${before}
       const got = await useBackend('${name}').catch((error) => ({ message: error.message }));
       ${after}
       console.log(JSON.stringify(got));`,
      folder,
    );

  it('names the command that installs it', () => {
    expect(attempt('wasm')).toEqual({
      message:
        'backend.useBackend: expected backend wasm to start, got @tensorflow/tfjs-backend-wasm: ' +
        'it is not installed: npm install @tensorflow/tfjs-backend-wasm',
    });
  });

  it('names both packages of WebGPU in Node, and what a page needs', () => {
    const install = 'Node has no WebGPU of its own: npm install @tensorflow/tfjs-backend-webgpu webgpu';
    expect(attempt('webgpu')).toEqual({ message: expect.stringContaining(install) });
    expect(attempt('webgpu', `tf.env().set('IS_NODE', false);`)).toEqual({
      message: expect.stringContaining('this page has no WebGPU'),
    });
  });

  it('brings the gradients, which the core alone lacks', () => {
    const slope = `got.slope = Array.from(tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, 3])).dataSync());`;
    expect(attempt('cpu', '', slope)).toMatchObject({ name: 'cpu', slope: [2, 6] });
  });

  it('goes on to the next with auto', () => {
    expect(attempt('auto')).toMatchObject({
      name: 'cpu',
      tried: [
        { name: 'install-native' },
        { name: '@tensorflow/tfjs-node-gpu' },
        { name: '@tensorflow/tfjs-node' },
        { error: 'it is not installed: npm install @tensorflow/tfjs-backend-wasm' },
      ],
    });
  });

  it('says in a page what to import', () => {
    const page = `tf.env().set('IS_NODE', false);`;
    expect(attempt('wasm', page)).toEqual({
      message: expect.stringContaining("write import '@tensorflow/tfjs-backend-wasm' in the application"),
    });
    expect(attempt('auto', page)).toMatchObject({ name: 'cpu', tried: [{}] });
    expect(attempt('tensorflow', page)).toEqual({ message: expect.stringContaining('it needs Node') });
  });

  it('does not blame a package that is there and fails', () => {
    const at = join(folder, 'node_modules/@tensorflow/tfjs-backend-webgl');
    mkdirSync(at);
    writeFileSync(join(at, 'index.js'), `throw new Error('no adapter');`);
    expect(attempt('webgl')).toEqual({ message: expect.stringMatching(/webgl: no adapter$/) });
  });
});
