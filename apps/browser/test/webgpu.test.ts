import { expect, test } from 'vitest';
import { compared } from '../src/webgpu';
import { usePages } from './harness/page';

const inPage = usePages();

test('WebGPU trains, draws and certifies as cpu does, and refuses blocking readings', async () => {
  const { reads, host, refused, webgpu, cpu } = await inPage('webgpu', compared, { steps: 5 });
  expect([reads, host]).toEqual(['asynchronous', 'cpu']);
  expect(refused).toMatch(/^IResNetError: .* got webgpu: .*await onHost/);
  expect(webgpu.losses).toHaveLength(5);
  // Roundings of float32, and what two steps of power iteration leave of σ.
  webgpu.losses.forEach((loss, i) => {
    expect(Math.abs(loss - cpu.losses[i]!)).toBeLessThan(2e-5);
  });
  webgpu.sample.forEach((value, i) => {
    expect(Math.abs(value - cpu.sample[i]!)).toBeLessThan(1e-3);
  });
  expect(webgpu.invertible).toBe(true);
});
