import { describe, expect, test } from 'vitest';
import { automatic, threaded } from '../src/wasm';
import { usePages } from './harness/page';

const inPage = usePages();
const inIsolatedPage = usePages({}, { isolated: true });
const wasmPaths = '/wasm';

test('there are as many threads as were asked for and are reported, with the same bits', async () => {
  const cores = 8;
  const plain = await inPage('wasm', threaded, { cores, wasmPaths, threads: 4 });
  expect(plain).toMatchObject({ isolated: false, threads: 1 });
  // TensorFlow.js gives at most half of the cores.
  for (const [asked, threads] of [
    [undefined, 1],
    [2, 2],
    [4, 4],
    [6, 4],
  ] as const) {
    const options = { cores, wasmPaths, ...(asked && { threads: asked }) };
    const found = await inIsolatedPage('wasm', threaded, options);
    expect({ asked, ...found }).toEqual({ asked, threads, isolated: true, values: plain.values });
  }
});

describe('the binaries', () => {
  test('may have an address each', async () => {
    const addresses = { 'tfjs-backend-wasm-simd.wasm': '/wasm/tfjs-backend-wasm-simd.wasm' };
    const { report, warnings } = await inPage('wasm', automatic, { wasmPaths: addresses });
    expect(report).toMatchObject({ name: 'wasm', tried: [] });
    expect(warnings).toEqual([]);
  });

  test.each([
    [
      'beside the script',
      {},
      /:\d+\/tfjs-backend-wasm-simd\.wasm answered with status 404; the option wasmPaths/,
    ],
    [
      'at a wrong address',
      { wasmPaths: '/nowhere' },
      /\/nowhere\/tfjs-backend-wasm-simd\.wasm answered with status 404$/,
    ],
    ['in place of which there is a page', { wasmPaths: '/page/' }, /is text\/html, not a binary$/],
  ])('that are not there, %s: auto says why it takes plain JavaScript', async (_, options, why) => {
    const { report, warnings } = await inPage('wasm', automatic, options);
    expect(report).toMatchObject({ name: 'cpu', tried: [{ error: expect.stringMatching(why) }] });
    expect(report.reason).toMatch(/^plain JavaScript, since wasm did not start: http/);
    expect(warnings.at(-1)).toBe(`backend.useBackend: backend cpu: ${report.reason}`);
  });
});
