import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createRng } from '@iresnet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toy2d, toy2dNames, type Toy2d } from '../src/index';
import { failure } from './failure';

/**
 * Midpoint rule on the bounds with `cells` cells a side: centres, log p there, and the area of a
 * cell.
 */
function grid(toy: Toy2d, cells: number) {
  const [[x0, x1], [y0, y1]] = toy.bounds;
  const points = new Float64Array(2 * cells * cells);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      points[2 * (i * cells + j)] = x0 + ((i + 0.5) * (x1 - x0)) / cells;
      points[2 * (i * cells + j) + 1] = y0 + ((j + 0.5) * (y1 - y0)) / cells;
    }
  }
  return { logP: toy.logDensity(points), area: ((x1 - x0) * (y1 - y0)) / cells ** 2 };
}

/**
 * At least 160 cells: a step below 0.08, the least noise. A multiple of 16, so that the
 * checkerboard's squares are whole cells.
 */
const CELLS = 160;
const grids = new Map<string, ReturnType<typeof grid>>();
const samples = 20_000;
const sampled = new Map<string, Float32Array>();

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const name of toy2dNames) {
    grids.set(name, grid(toy2d(name), CELLS));
    const x = toy2d(name).sample(samples, createRng(11));
    sampled.set(name, x.dataSync<'float32'>());
    x.dispose();
  }
});
afterAll(() => tf.setBackend('cpu'));

describe.each(toy2dNames.map((name) => ({ name })))('$name', ({ name }) => {
  const toy = toy2d(name);

  it('has a density of integral 1 over the bounds', () => {
    const { logP, area } = grids.get(name)!;
    const mass = logP.reduce((sum, value) => sum + Math.exp(value), 0) * area;
    // The quadrature is spectrally accurate in step/noise; the coarsest case is the pinwheel, whose
    // arms are 0.05 wide at the rim: there it is right to 1e-6. The mass outside the bounds is
    // below 1e-9.
    expect(Math.abs(mass - 1)).toBeLessThan(1e-6);
  });

  it('draws from that density: χ² over a 20 × 20 grid', () => {
    const { logP, area } = grids.get(name)!;
    const [[x0, x1], [y0, y1]] = toy.bounds;
    const bins = 20;
    const fine = CELLS / bins;
    const expected = new Float64Array(bins * bins);
    logP.forEach((value, k) => {
      const i = Math.floor(Math.floor(k / CELLS) / fine);
      const j = Math.floor((k % CELLS) / fine);
      expected[i * bins + j]! += Math.exp(value) * area * samples;
    });
    const observed = new Float64Array(bins * bins);
    const points = sampled.get(name)!;
    for (let k = 0; k < samples; k++) {
      const i = Math.floor(((points[2 * k]! - x0) / (x1 - x0)) * bins);
      const j = Math.floor(((points[2 * k + 1]! - y0) / (y1 - y0)) * bins);
      observed[i * bins + j]!++;
    }
    // Cells with fewer than five expected points go together, as the approximation by χ² asks.
    let chi2 = 0;
    let cells = 0;
    const rest = { expected: 0, observed: 0 };
    expected.forEach((e, k) => {
      if (e < 5) {
        rest.expected += e;
        rest.observed += observed[k]!;
      } else {
        chi2 += (observed[k]! - e) ** 2 / e;
        cells++;
      }
    });
    if (rest.expected > 1) {
      chi2 += (rest.observed - rest.expected) ** 2 / rest.expected;
      cells++;
    } else {
      expect(rest.observed).toBeLessThan(10);
    }
    // Standardised, χ² is about N(0, 1): a fixed seed, four standard deviations, and more than 20
    // cells.
    expect(cells).toBeGreaterThan(20);
    expect((chi2 - (cells - 1)) / Math.sqrt(2 * (cells - 1))).toBeLessThan(4);
  });

  it('has the entropy of a finer quadrature and of a sample', () => {
    // 320 cells are at least twice as fine as the step of `entropy` for the least noise.
    const { logP, area } = name === 'checkerboard' ? grids.get(name)! : grid(toy, 320);
    const fine = -logP.reduce((sum, v) => sum + (v === -Infinity ? 0 : Math.exp(v) * v), 0) * area;
    expect(Math.abs(toy.entropy() - fine)).toBeLessThan(1e-6);

    const logs = toy.logDensity(sampled.get(name)!);
    const mean = logs.reduce((sum, v) => sum + v, 0) / samples;
    const variance = logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / samples;
    // Four standard errors on a fixed seed; 1e-9 for the checkerboard, where log p is constant.
    expect(Math.abs(mean + toy.entropy())).toBeLessThan(4 * Math.sqrt(variance / samples) + 1e-9);
  });

  it('gives the same points for a seed, on every backend, whatever the number', async () => {
    const draw = (n: number, seed: number) => {
      const x = toy.sample(n, createRng(seed));
      const values = Array.from(x.dataSync());
      expect(x.shape).toEqual([n, 2]);
      expect(x.dtype).toBe('float32');
      x.dispose();
      return values;
    };
    const values = draw(50, 5);
    expect(draw(50, 5)).toEqual(values);
    expect(draw(50, 6)).not.toEqual(values);
    expect(draw(20, 5)).toEqual(values.slice(0, 40));
    expect(draw(0, 5)).toEqual([]);
    await tf.setBackend('wasm');
    try {
      expect(draw(50, 5)).toEqual(values);
      const x = toy.sample(50, createRng(5));
      expect(toy.logDensity(x)).toEqual(toy.logDensity(Float32Array.from(values)));
      x.dispose();
    } finally {
      await tf.setBackend('cpu');
    }
  });

  it('is finite at its samples, −∞ or finite far away, NaN at NaN', () => {
    expect(toy.logDensity(sampled.get(name)!).every(Number.isFinite)).toBe(true);
    const far = toy.logDensity(Float64Array.from([0, 0, 100, -100, 1e30, 1e30, 1e200, 0, -Infinity, 3]));
    expect(far.some(Number.isNaN)).toBe(false);
    expect(far.every((value) => value < 2)).toBe(true);
    expect(far[4]).toBe(-Infinity);
    expect([...toy.logDensity(Float64Array.from([NaN, 0, 0, NaN, NaN, Infinity]))]).toEqual([NaN, NaN, NaN]);
    expect(toy.logDensity(new Float32Array(0)).length).toBe(0);
  });

  it('leaves one tensor from sample and none from logDensity', () => {
    const before = tf.memory().numTensors;
    const x = toy.sample(3, createRng(1));
    toy.logDensity(x);
    expect(tf.memory().numTensors).toBe(before + 1);
    x.dispose();
  });
});

describe('toy2d', () => {
  it('refuses what it cannot take', () => {
    expect(failure('argument', () => toy2d('mons' as 'moons'))).toMatch(
      /^datasets\.toy2d: .* got 'mons' \(did you mean 'moons'\?\)$/,
    );
    expect(failure('argument', () => toy2d('toString' as 'moons'))).toMatch(/got 'toString'$/);
    expect(failure('argument', () => toy2d('line').sample(1.5, createRng(0)))).toMatch(/got 1\.5/);
    expect(failure('argument', () => toy2d('line').sample(-1, createRng(0)))).toMatch(/got -1/);
    expect(failure('argument', () => toy2d('line').logDensity(tf.zeros([2, 3])))).toMatch(
      /got shape \[2, 3\]/,
    );
    expect(failure('argument', () => toy2d('line').logDensity(new Float32Array(3)))).toMatch(/got 3 values/);
  });
});
