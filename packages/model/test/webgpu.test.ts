import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { webgpuEnv } from '../../../scripts/webgpu';
import type { Compared } from './parts';
import { someParts } from './someParts';

/** `npm run webgpu` compares all parts of the tables of the laws. */
const parts = process.env['WEBGPU_PARTS'] ?? someParts;

describe.skipIf(!webgpuEnv)('WebGPU in Node, on SwiftShader', () => {
  it('gives the values, products, log-determinants and gradients of wasm', () => {
    const script = fileURLToPath(new URL('fixtures/partsOnWebgpu.ts', import.meta.url));
    const args = ['--conditions=@iresnet/source', '--import', 'tsx', script, parts];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      encoding: 'utf8',
      env: webgpuEnv!,
    });
    expect(status, stderr.slice(-2000)).toBe(0);
    const compared = JSON.parse(stdout.trim().split('\n').at(-1)!) as Compared[];
    expect(compared.length).toBeGreaterThan(10);
    for (const { name, errors, refused } of compared) {
      if (name === 'a failed device') {
        expect(refused).toMatch(
          /^IResNetError: backend.read: expected a device that runs every program, .*65535/,
        );
        continue;
      }
      // What stops on a bound that it reads back says so.
      if (name.startsWith('estimator: adaptive')) {
        expect(refused).toMatch(/got webgpu: .*await onHost/);
        continue;
      }
      expect(refused, name).toBeUndefined();
      // Roundings of float32: seen 1e-5, and 1e-4 in gradients of 12 values, whose determinant the
      // device eliminates without pivots.
      for (const [what, error] of Object.entries(errors!)) expect(error ?? NaN, `${name}, ${what}`).toBeLessThan(3e-4); // prettier-ignore
    }
  }, 1_200_000);
});
