import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { installed } from '../../../scripts/native';
import { webgpuEnv } from '../../../scripts/webgpu';

interface Work {
  sines: number;
  longSums: number[];
  eliminated: [number[], number[]];
  flow: Record<'losses' | 'x' | 'back' | 'logProb' | 'leak', number[]>;
  pipeline: {
    best: number;
    logProb: number[];
    opened: number[];
    sample: number[];
    maxError: number[];
    errorBound: number[];
    invertible: boolean;
  };
}

interface Output {
  report: Record<string, unknown>;
  webgpu: Work;
  wasm: Work;
  errors: string[];
  lost: string;
}

const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe.skipIf(!webgpuEnv)('WebGPU in Node, on SwiftShader', () => {
  let output: Output;
  beforeAll(() => {
    const script = fileURLToPath(new URL('fixtures/onWebgpu.ts', import.meta.url));
    const args = ['--conditions=@iresnet/source', '--import', 'tsx', script];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      encoding: 'utf8',
      env: webgpuEnv!,
      timeout: 150_000,
    });
    expect(status, stderr.slice(-2000)).toBe(0);
    output = JSON.parse(stdout.trim().split('\n').at(-1)!) as Output;
  });

  it('starts with a backend of the host beside it', () => {
    const host = installed ? 'tensorflow' : 'wasm';
    expect(output.report).toMatchObject({ name: 'webgpu', reads: 'asynchronous', host });
  });

  it('has a sine and a cosine of float32; those of the driver are off by 2e-4', () => {
    expect(output.webgpu.sines).toBeLessThan(2e-7);
  });

  it('adds as many tensors as there are', () => {
    expect(output.webgpu.longSums).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('eliminates on the device as the host does in float64', () => {
    // Some ten roundings of float32 of values near 1.
    expect(apart(output.webgpu.eliminated[0], output.wasm.eliminated[0])).toBeLessThan(2e-6);
    expect(apart(output.webgpu.eliminated[1], output.wasm.eliminated[1])).toBeLessThan(2e-6);
  });

  it('trains without a blocking reading: 20 losses are those of wasm', () => {
    const [ours, theirs] = [output.webgpu.flow.losses, output.wasm.flow.losses];
    expect(ours).toHaveLength(20);
    // Roundings of 1e-7 in each step, and what two steps of power iteration leave of σ; no part of
    // gradient descent magnifies them, as the square root in Adam does. Seen: 1e-6.
    expect(apart(ours, theirs)).toBeLessThan(2e-5);
    expect(ours.at(-1)!).toBeLessThan(ours[0]!);
  });

  it('decodes on the host what the device has encoded, and scores there what the host does', () => {
    const { x, back, logProb, leak } = output.webgpu.flow;
    // Solved to 1e-6 of float32, times the slope of the inverse.
    expect(apart(back, x)).toBeLessThan(1e-4);
    expect(apart(logProb, output.wasm.flow.logProb)).toBeLessThan(1e-4);
    expect(leak).toEqual([0]);
  });

  it('trains, judges, draws, inverts, certifies, saves and opens a pipeline', () => {
    const { webgpu, wasm } = output;
    expect(webgpu.pipeline.opened).toEqual(webgpu.pipeline.logProb);
    expect(Math.abs(webgpu.pipeline.best - wasm.pipeline.best)).toBeLessThan(1e-4);
    expect(apart(webgpu.pipeline.logProb, wasm.pipeline.logProb)).toBeLessThan(1e-4);
    expect(apart(webgpu.pipeline.sample, wasm.pipeline.sample)).toBeLessThan(1e-3);
    expect(webgpu.pipeline.invertible).toBe(true);
    webgpu.pipeline.maxError.forEach((error, i) => {
      expect(error).toBeLessThanOrEqual(webgpu.pipeline.errorBound[i]!);
    });
  });

  it('refuses blocking readings by name, and says what to write', () => {
    const where = [
      'lipschitz.lipschitzBound',
      'spectral-norm.gramBound',
      'lipschitz.lipschitzBound',
      'backend.readSync',
    ];
    output.errors.forEach((error, i) => {
      expect(error).toContain(`${where[i]}: expected a backend that can be read at once, got webgpu`);
      expect(error).toContain('await onHost');
    });
  });

  it('says so when the device is lost', () => {
    expect(output.lost).toContain('the WebGPU device was lost');
  });
});
