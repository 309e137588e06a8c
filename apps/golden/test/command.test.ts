import { describe, expect, onTestFinished, test, vi } from 'vitest';
import '@tensorflow/tfjs';
import { command } from '../src/command';
import { maxAbsDifference, toleranceOf } from '../src/tolerance';
import { copyOf, editLargest, editManifest, emptyFolder } from './fixtures';

async function run(...args: readonly string[]): Promise<{ code: number; out: string[]; error: string[] }> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await command(args, { out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out, error };
}

const name = 'A8_dense_64to2';

describe('the command', () => {
  test('ends with the counts and exit code 0', async () => {
    const { code, out } = await run(await copyOf(name));
    expect(out[0]).toMatch(
      /^passed {2}A8_dense_64to2: soft-spectral-norm; 32 checks, worst 0\.\d\d of its tolerance: /,
    );
    expect(out.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  });

  test('a failure gives exit code 1 and names the tensor', async () => {
    const folder = await copyOf(name);
    await editLargest(folder, name, 'v_after_5', (value) => 2 * value);
    const { code, out } = await run(folder, '--backend', 'wasm');
    expect(out[0]).toMatch(/^failed .*: v_after_5$/);
    expect(out[1]).toMatch(/FAIL v_after_5: off by .*, tolerance .*, ratio /);
    expect(out.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('a skipped case has its reason and is no failure', async () => {
    const folder = await copyOf(name);
    await editManifest(folder, name, (manifest) => Object.assign(manifest, { config: {} }));
    const { code, out } = await run(folder);
    expect(out[0]).toMatch(/^skipped .*no kind knows/);
    expect([out.at(-1), code]).toEqual(['0 passed, 0 failed, 1 skipped', 0]);
  });

  test('--only skips the other kinds', async () => {
    const { out } = await run(await copyOf(name), '--only', 'lipswish');
    expect(out).toEqual([
      `skipped ${name}: soft-spectral-norm; not lipswish`,
      '0 passed, 0 failed, 1 skipped',
    ]);
  });

  test('--verbose lists every comparison', async () => {
    const { out } = await run(await copyOf(name), '--verbose');
    expect(out.filter((line) => line.includes(' ok '))).toHaveLength(32);
  });

  test('--json prints one document', async () => {
    const { out, error } = await run(await copyOf(name), '--json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      backend: 'cpu',
      passed: 1,
      failed: 0,
      cases: [{ name }],
    });
    expect(error).toEqual(['1 passed, 0 failed, 0 skipped']);
  });

  test('--help needs no folder', async () => {
    const { code, out } = await run('--help');
    expect(out.join('\n')).toContain('--backend NAME');
    expect(code).toBe(0);
  });

  test.each([
    [[], 'expected one folder, got 0'],
    [['a', '--backend', 'gpu'], 'expected --backend with one of cpu, wasm, tensorflow, got gpu'],
    [['a', '--only', 'none'], 'expected --only with one of'],
    [['a', '--unknown'], "Unknown option '--unknown'"],
  ])('wrong arguments %j give exit code 2', async (args, message) => {
    const { code, error } = await run(...args);
    expect(error.join('\n')).toContain(message);
    expect(code).toBe(2);
  });

  test('without the native library its backend compares nothing, and says so', async () => {
    vi.stubEnv('IRESNET_NATIVE_DIR', await emptyFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code, out, error } = await run(await copyOf(name), '--backend', 'tensorflow');
    expect(error.join()).toMatch(/^skipped: the native backend is not installed/);
    expect([out, code]).toEqual([[], 0]);
  });

  test('a missing folder gives exit code 1 and says so', async () => {
    const { code, error } = await run('/nowhere/at/all');
    expect(error.join()).toContain('/nowhere/at/all: expected a folder');
    expect(code).toBe(1);
  });
});

describe('tolerance', () => {
  test('is 8 official errors and 16 units in the last place', () => {
    expect(toleranceOf(1e-7, 2)).toBeCloseTo(8e-7 + 32 * 2 ** -23, 15);
    expect(toleranceOf(0, 0)).toBe(0);
  });

  test.each([
    [[1, 2.5, -3], [1, 2, -3], 0.5],
    [[NaN], [1], Infinity],
    [[1], [NaN], Infinity],
    [[Infinity], [1], Infinity],
    [[-Infinity], [-Infinity], 0],
    [[NaN], [NaN], 0],
  ])('largest difference of %j and %j is %d', (a, b, expected) => {
    expect(maxAbsDifference(a, b)).toBe(expected);
  });
});
