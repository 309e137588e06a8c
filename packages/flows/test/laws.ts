import * as tf from '@tensorflow/tfjs';
import { createRng, functionMap, trainableParams, type IResNetError } from '@iresnet/core';
import { dense } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  actNorm,
  affine,
  chain,
  diagonalNormal,
  flow,
  injectivePad,
  invert,
  linear as linearLayer,
  mixture,
  multiScale,
  reportInverse,
  residualBlock,
  squeeze,
  standardize,
  standardNormal,
  studentT,
  type BaseDistribution,
} from '../src';
import { block, branch, instances } from './table';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** ‖a − b‖ of each example, in float64. */
function distances(a: tf.Tensor, b: tf.Tensor): number[] {
  const size = a.size / a.shape[0]!;
  const [x, y] = [valuesOf(a), valuesOf(b)];
  return Array.from({ length: a.shape[0]! }, (_, i) =>
    Math.hypot(...x.slice(i * size, (i + 1) * size).map((v, k) => v - y[i * size + k]!)),
  );
}

/** A linear branch x ↦ x K with the coefficient c. */
function linear(kernel: number[][], coefficient: number) {
  const layer = dense({
    inputs: kernel.length,
    outputs: kernel.length,
    bias: false,
    coefficient,
    rng: createRng(0),
  });
  tf.tidy(() => layer.params['kernel']!.assign(tf.tensor2d(kernel) as tf.Tensor as tf.Variable));
  return layer;
}

/** Every law of the package, on the current backend. */
export function laws(): void {
  describe.each(instances)('$name', ({ bijector, shape }) => {
    const x = () => createRng(7).normal([4, ...shape]);

    test('the laws of a bijector, and of its inverse', () => {
      const f = bijector();
      checkBijector(f, x());
      const inverse = invert(f);
      const y = f.forward(x());
      const { logDet } = f.forwardAndLogDet(x(), createRng(0));
      const back = inverse.forwardAndLogDet(y, createRng(0));
      // Both at the same point up to the tolerance of the inverse.
      for (const error of distances(back.y, x())) expect(error).toBeLessThan(1e-4);
      valuesOf(back.logDet).forEach((value, i) => expect(value).toBeCloseTo(-valuesOf(logDet)[i]!, 3));
      expect(inverse.params).toBe(f.params);
      f.dispose();
    });

    test('no leak, also under a tape', () => {
      const f = bijector();
      const at = x();
      const y = f.forward(at); // starts what starts on the first batch
      checkNoLeak(() => f.forward(at), { tape: true });
      checkNoLeak(() => f.forwardAndLogDet(at, createRng(0)), { tape: true });
      checkNoLeak(() => f.inverse(y));
      checkNoLeak(() => reportInverse(f, y).value);
      f.dispose();
      const before = tf.memory().numTensors;
      bijector().dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    test('the reported bound of the inverse is above its error, with an inexact y too', () => {
      const f = bijector();
      const at = x();
      const y = f.forward(at);
      const clean = reportInverse(f, y);
      expect(clean.converged).toEqual([true, true, true, true]);
      // y is exact to float32 rounding of the pieces, some 1e-6; 1/(1 − L) ≤ 10 each magnifies it.
      distances(clean.value, at).forEach((error, i) =>
        expect(error).toBeLessThan(clean.errorBound[i]! + 2e-5),
      );
      const size = Math.sqrt(at.size / 4);
      const error = Float64Array.from([0.01, 0.02, 0, 0.05]);
      const shift = tf.reshape(tf.tensor1d(Array.from(error, (e) => e / size)), [4, ...shape.map(() => 1)]);
      const moved = reportInverse(f, tf.add(y, shift), error);
      distances(moved.value, at).forEach((e, i) => expect(e).toBeLessThan(moved.errorBound[i]! + 2e-5));
      // A part without a report makes every bound infinite.
      if (clean.errorBound[0]! < Infinity) expect(moved.errorBound[0]).toBeGreaterThan(clean.errorBound[0]!);
      f.dispose();
    });
  });

  describe('the residual block', () => {
    test('a loose tolerance is honestly reported', () => {
      for (const lipschitz of [0.5, 0.9]) {
        const g = branch('sin', 3, lipschitz);
        for (const rtol of [0.3, 0.1, 0.01, 1e-3]) {
          const f = residualBlock(g, { logDet: exact(), solve: { rtol } });
          const at = createRng(8).normal([64, 3]);
          const { value: x, errorBound } = f.inverseWithReport(f.forward(at));
          distances(x, at).forEach((error, i) => {
            expect(error).toBeLessThan(errorBound[i]! + 1e-5);
            // The criterion: errorBound ≤ atol + rtol · size, with a size of at most ‖y‖ ≤ 2 ‖x‖ +
            // ‖g(0)‖.
            expect(errorBound[i]).toBeLessThan(rtol * 10);
          });
        }
        g.dispose();
      }
    });

    test('the inverse against Newton in float64: g(x) = tanh(x)/2', () => {
      const f = residualBlock(
        functionMap((x) => tf.mul(0.5, tf.tanh(x)), { lipschitz: 0.5 }),
        { logDet: exact() },
      );
      const y = [-3, -0.5, 0, 0.2, 1, 40];
      const x = valuesOf(f.inverse(tf.tensor2d(y, [6, 1])));
      y.forEach((target, i) => {
        let root = target;
        for (let k = 0; k < 50; k++) {
          const t = Math.tanh(root);
          root -= (root + 0.5 * t - target) / (1 + 0.5 * (1 - t * t));
        }
        expect(Math.abs(x[i]! - root)).toBeLessThan(1e-5 * Math.max(1, Math.abs(root)));
      });
    });

    test('a broken promise is reported by the inverse', () => {
      const g = functionMap((x) => tf.mul(-3, x), { lipschitz: 0.5 });
      const f = residualBlock(g, { logDet: exact() });
      const y = tf.tensor2d([[1, 2]]);
      expect(() => f.inverse(y)).toThrow(
        'a map with Lipschitz constant at most 0.5, got two points where it is 3',
      );
      // A report says it of each example, and ends none of the others.
      const told = f.inverseWithReport(y);
      expect([told.converged, told.errorBound, told.boundKind]).toEqual([[false], [Infinity], 'estimated']);
      const lenient = residualBlock(g, { logDet: exact(), solve: { onFailure: 'return' } });
      const { converged, errorBound } = lenient.inverseWithReport(y);
      expect([converged, errorBound]).toEqual([[false], [Infinity]]);
    });

    test('an expansive branch gets no promise: the bound is Infinity', () => {
      // x + 1.4 x: invertible, but not by the theorem.
      const f = residualBlock(linear([[1.4, 0], [0, 1.4]], 1.5), { logDet: exact() }); // prettier-ignore
      expect(f.lipschitzBound()).toBeGreaterThan(1.39);
      const y = tf.tensor2d([[2.4, -4.8]]);
      const report = f.inverseWithReport(y);
      expect([...report.errorBound]).toEqual([Infinity]);
      expect([...f.inverseWithReport(y, Float64Array.from([0.1])).errorBound]).toEqual([Infinity]);
      expect(report.converged).toEqual([true]); // on its residual
      for (const error of distances(report.value, tf.tensor2d([[1, -2]]))) expect(error).toBeLessThan(1e-4);
      // And carried through a chain it stays infinite.
      expect([...chain(f, affine([2, 2], [0, 0])).inverseWithReport(y).errorBound]).toEqual([Infinity]);
      f.dispose();
    });

    test('no solution in the steps allowed: an error, or the result with the verdict', () => {
      const g = branch('tanh', 3, 0.9);
      const y = createRng(9).normal([2, 3]);
      const strict = residualBlock(g, { logDet: exact(), solve: { maxSteps: 2 } });
      const inner = chain(strict, affine([2, 2, 2], [0, 0, 0]));
      for (const f of [strict, inner]) {
        const before = tf.memory().numTensors;
        expect(() => f.inverse(y)).toThrow(
          expect.objectContaining({ kind: 'not-converged' }) as IResNetError,
        );
        const { value, converged } = f.inverseWithReport(y);
        expect(converged).toEqual([false, false]);
        value.dispose();
        expect(tf.memory().numTensors).toBe(before);
      }
      const lenient = residualBlock(g, { logDet: exact(), solve: { maxSteps: 2, onFailure: 'return' } });
      const { value: x, converged, errorBound } = lenient.inverseWithReport(y);
      expect(converged).toEqual([false, false]);
      expect([...errorBound].every((e) => e > 1e-3 && Number.isFinite(e))).toBe(true);
      expect(x.shape).toEqual([2, 3]);
      g.dispose();
    });

    test('NaN in one example is its own failure', () => {
      const f = block('tanh', 2, 0.5);
      const y = tf.tensor2d([[1, 2], [NaN, 0], [0.5, -1]]); // prettier-ignore
      const clean = tf.tensor2d([[1, 2], [0, 0], [0.5, -1]]); // prettier-ignore
      const { value: x, converged, errorBound } = f.inverseWithReport(y);
      expect(converged).toEqual([true, false, true]);
      expect(errorBound[1]).toBe(Infinity);
      const rows = (t: tf.Tensor) => valuesOf(tf.gather(t, [0, 2]));
      expect(rows(x)).toEqual(rows(f.inverse(clean)));
      const [bad, good] = [y, clean].map((t) => f.forwardAndLogDet(t, createRng(0)));
      expect(rows(bad!.y)).toEqual(rows(good!.y));
      expect(rows(bad!.logDet)).toEqual(rows(good!.logDet));
      f.dispose();
    });
  });

  describe('actNorm', () => {
    test('its first batch leaves with mean 0 and standard deviation 1 in each channel', () => {
      for (const shape of [[3], [4, 2, 3]]) {
        const f = actNorm(shape);
        const x = tf.add(tf.mul(createRng(1).normal([50, ...shape]), [0.1, 1, 20]), [5, -1, 100]);
        const y = tf.reshape(f.forward(x), [-1, 3]);
        const { mean, variance } = tf.moments(y, 0);
        for (const m of valuesOf(mean)) expect(Math.abs(m)).toBeLessThan(1e-3); // 100/20 and 5/0.1 in float32
        // ε = 1e-5 is added to variances of at least 0.01.
        for (const v of valuesOf(variance)) expect(v).toBeCloseTo(1, 2);
        expect(valuesOf(f.params['initialized']!)).toEqual([1]);
        f.dispose();
      }
    });

    test('starts once; a second batch passes through the same map', () => {
      const f = actNorm([1]);
      f.forwardAndLogDet(tf.tensor2d([[1], [3]]), createRng(0));
      // Mean 2, deviation 1.
      valuesOf(f.forward(tf.tensor2d([[12], [2]]))).forEach((y, i) => expect(y).toBeCloseTo([10, 0][i]!, 3));
      f.dispose();
    });

    test('does not start again after its state was loaded', () => {
      const original = actNorm([2]);
      const x = createRng(2).normal([8, 2]);
      const y = original.forward(tf.mul(3, x));
      const copy = actNorm([2]);
      for (const [name, variable] of Object.entries(copy.params)) variable.assign(original.params[name]!);
      expect(copy.forward(tf.mul(3, x)).arraySync()).toEqual(y.arraySync());
      expect(copy.forward(tf.mul(100, x)).arraySync()).toEqual(original.forward(tf.mul(100, x)).arraySync());
      // And loading an untouched state lets it start again.
      for (const [name, variable] of Object.entries(copy.params)) {
        const fresh = actNorm([2]);
        variable.assign(fresh.params[name]!);
      }
      copy.forward(tf.mul(100, x));
      expect(copy.params['logScale']!.arraySync()).not.toEqual(original.params['logScale']!.arraySync());
      original.dispose();
      copy.dispose();
    });

    test('the flag is state, the rest is trained', () => {
      const f = actNorm([2]);
      expect(Object.keys(f.params).sort()).toEqual(['initialized', 'logScale', 'shift']);
      expect(trainableParams(f.params).length).toBe(2);
      f.dispose();
    });

    test('a constant channel is scaled by 1/√1e-5 and not by infinity', () => {
      const f = actNorm([2]);
      f.forward(tf.tensor2d([[7, 0], [7, 1]])); // prettier-ignore
      expect(valuesOf(f.params['logScale']!)[0]).toBeCloseTo(-0.5 * Math.log(1e-5), 4);
      f.dispose();
    });

    test('refuses a first batch that it cannot start from, and can start later', () => {
      const f = actNorm([2]);
      const finite = 'flows.actNorm: expected a finite first batch, got NaN or infinity in it';
      expect(() => f.forward(tf.tensor2d([[NaN, 0], [1, 1]]))).toThrow(finite); // prettier-ignore
      expect(() => f.forward(tf.tensor2d([[Infinity, 0], [1, 1]]))).toThrow(finite); // prettier-ignore
      expect(() => f.forward(tf.zeros([0, 2]))).toThrow(
        'flows.actNorm: expected at least 2 values per channel to start from, got 0',
      );
      expect(() => f.forward(tf.zeros([1, 2]))).toThrow(
        'flows.actNorm: expected at least 2 values per channel to start from, got 1',
      );
      expect(valuesOf(f.params['initialized']!)).toEqual([0]);
      expect(f.forward(createRng(3).normal([4, 2])).shape).toEqual([4, 2]);
      f.dispose();
    });
  });

  describe('base distributions against float64', () => {
    const z = [
      [0, 0, 0],
      [1, -2, 0.5],
      [10, 3, -7],
    ];
    const mean = [0.5, -1, 2];
    const logStd = [0.3, -0.7, 0];
    const density = (row: number[], mu: number[], ls: number[]) =>
      row.reduce(
        (total, x, i) =>
          total - 0.5 * ((x - mu[i]!) / Math.exp(ls[i]!)) ** 2 - ls[i]! - 0.5 * Math.log(2 * Math.PI),
        0,
      );
    const zero = [0, 0, 0];
    function diagonal(): BaseDistribution {
      const base = diagonalNormal([3]);
      tf.tidy(() => {
        base.params['mean']!.assign(tf.tensor1d(mean) as tf.Tensor as tf.Variable);
        base.params['logStd']!.assign(tf.tensor1d(logStd) as tf.Tensor as tf.Variable);
      });
      return base;
    }
    const cases = [
      { name: 'standardNormal', base: () => standardNormal([3]), mu: zero, ls: zero },
      { name: 'diagonalNormal at its start', base: () => diagonalNormal([3]), mu: zero, ls: zero },
      { name: 'diagonalNormal', base: diagonal, mu: mean, ls: logStd },
    ];
    test.each(cases)('$name', ({ base, mu, ls }) => {
      const p = base();
      valuesOf(p.logProb(tf.tensor2d(z))).forEach((value, i) => {
        const truth = density(z[i]!, mu, ls);
        expect(Math.abs(value - truth)).toBeLessThan(1e-5 * Math.max(1, Math.abs(truth)));
      });
      // A sample is μ + T σ ε of the same stream.
      const noise = createRng(4).normal([5, 3]).arraySync() as number[][];
      for (const temperature of [undefined, 0.5, 0]) {
        const draws = p.sample(5, createRng(4), temperature).arraySync() as number[][];
        draws.forEach((row, b) =>
          row.forEach((x, i) => {
            expect(x).toBeCloseTo(mu[i]! + (temperature ?? 1) * Math.exp(ls[i]!) * noise[b]![i]!, 5);
          }),
        );
      }
      const at = tf.tensor2d(z);
      checkNoLeak(() => p.logProb(at), { tape: true });
      checkNoLeak(() => p.sample(2, createRng(0)));
      p.dispose();
    });
  });

  describe('the flow', () => {
    const build = () =>
      flow(chain(standardize([1, -1], [0.5, 0.8]), block('sin', 2, 0.8)), standardNormal([2]));

    test('its density integrates to one', () => {
      const density = build();
      // Midpoints on [−7, 9] × [−13, 11], fifteen deviations of the standardized x to each side.
      const n = 160;
      const [w, h] = [16 / n, 24 / n];
      const points = Array.from({ length: n * n }, (_, i) => [
        -7 + w * ((i % n) + 0.5),
        -13 + h * (Math.floor(i / n) + 0.5),
      ]);
      const p = valuesOf(tf.exp(density.logProb(tf.tensor2d(points), createRng(0))));
      // Smooth and vanishing at the edge: the midpoint rule is exact to far below float32 rounding
      // of the values.
      expect(p.reduce((a, b) => a + b, 0) * w * h).toBeCloseTo(1, 3);
      density.dispose();
    });

    test('is the change of variables: ln p_z(F(x)) + log|det|', () => {
      const density = build();
      const x = createRng(5).normal([6, 2]);
      const { y, logDet } = density.bijector.forwardAndLogDet(x, createRng(0));
      const z = y.arraySync() as number[][];
      valuesOf(density.logProb(x, createRng(0))).forEach((value, i) => {
        const normal = z[i]!.reduce((t, v) => t - 0.5 * v * v - 0.5 * Math.log(2 * Math.PI), 0);
        expect(value).toBeCloseTo(normal + valuesOf(logDet)[i]!, 4);
      });
      expect(density.encode(x).arraySync()).toEqual(z);
      const { value: back, errorBound } = density.decode(y);
      distances(back, x).forEach((error, i) => expect(error).toBeLessThan(errorBound[i]! + 1e-5));
      density.dispose();
    });

    test('samples decode the base’s draws; the temperature scales them', () => {
      const density = build();
      for (const temperature of [1, 0.3, 0]) {
        const x = density.sample(6, createRng(6), { temperature });
        const z = tf.mul(temperature, createRng(6).normal([6, 2]));
        for (const error of distances(density.encode(x), z)) expect(error).toBeLessThan(1e-4);
      }
      expect(density.sample(3, createRng(6)).arraySync()).toEqual(
        density.sample(3, createRng(6)).arraySync(),
      );
      density.dispose();
    });

    test('parameters carry both parts, and nothing leaks', () => {
      const density = flow(chain(actNorm([2]), block('tanh', 2, 0.5)), diagonalNormal([2]));
      expect(Object.keys(density.params).sort()).toEqual(
        [
          ...['initialized', 'logScale', 'shift'].map((n) => `bijector.0.${n}`),
          ...['bias', 'kernel', 'u', 'u2', 'v'].flatMap((n) => [`bijector.1.0.${n}`, `bijector.1.2.${n}`]),
          'base.logStd',
          'base.mean',
        ].sort(),
      );
      const x = createRng(1).normal([4, 2]);
      density.logProb(x, createRng(0));
      checkNoLeak(() => density.logProb(x, createRng(0)), { tape: true });
      checkNoLeak(() => density.sample(3, createRng(0)));
      checkNoLeak(() => density.decode(x).value);
      checkNoLeak(() => density.encode(x));
      density.dispose();
    });
  });

  test('a caller’s mistakes', () => {
    const density = flow(chain(affine([1, 1], [0, 0]), block('tanh', 2, 0.5)), standardNormal([2]));
    const rng = createRng(0);
    const mistakes: [() => unknown, string][] = [
      [
        () => density.logProb(tf.zeros([0, 2]), rng),
        'flows.flow.logProb: expected [B,2] with B ≥ 1, got shape [0,2]',
      ],
      [
        () => density.logProb(tf.zeros([2]), rng),
        'flows.flow.logProb: expected [B,2] with B ≥ 1, got shape [2]',
      ],
      [
        () => density.logProb(tf.zeros([4, 3]), rng),
        'flows.flow.logProb: expected [B,2] with B ≥ 1, got shape [4,3]',
      ],
      [
        () => density.encode(tf.zeros([0, 2])),
        'flows.flow.encode: expected [B,2] with B ≥ 1, got shape [0,2]',
      ],
      [() => density.decode(tf.zeros([2])), 'flows.flow.decode: expected [B,2] with B ≥ 1, got shape [2]'],
      [() => density.sample(0, rng), 'flows.flow.sample: expected n ≥ 1, got 0'],
      [() => density.sample(1.5, rng), 'flows.flow.sample: expected n ≥ 1, got 1.5'],
      [
        () => affine([1], [0]).inverse(tf.zeros([2, 3])),
        'flows.affine: expected y of shape [B,…,1], got [2,3]',
      ],
      [() => affine([], []), 'flows.affine: expected as many scales as shifts, got 0 and 0'],
      [() => affine([1, 2], [0]), 'flows.affine: expected as many scales as shifts, got 2 and 1'],
      [
        () => affine([1, 0], [0, 0]),
        'flows.affine: expected scales and shifts that are finite in float32, and no scale of 0, got [1,0] and [0,0]',
      ],
      [
        () => affine([1, 1], [0, NaN]),
        'flows.affine: expected scales and shifts that are finite in float32, and no scale of 0, got [1,1] and [0,NaN]',
      ],
      [() => chain(), 'flows.chain: expected at least one part, got none'],
      [() => actNorm(3 as never), 'flows.actNorm: expected an event shape such as [3], got 3'],
      [() => linearLayer(3 as never), 'flows.linear: expected an event shape such as [3], got 3'],
      [() => standardNormal(3 as never), 'flows.standardNormal: expected an event shape such as [3], got 3'],
      [
        () => diagonalNormal(undefined as never),
        'flows.diagonalNormal: expected an event shape such as [3], got nothing',
      ],
      [() => studentT(3 as never), 'flows.studentT: expected an event shape such as [3], got 3'],
      [() => mixture('3' as never), "flows.mixture: expected an event shape such as [3], got '3'"],
      [() => actNorm([]), 'flows.actNorm: expected an event shape such as [3], got a list of 0'],
      [() => actNorm([2]).forward(tf.zeros([4, 3])), 'flows.actNorm: expected x of shape [B,2], got [4,3]'],
      [() => actNorm([2]).inverse(tf.zeros([4, 1])), 'flows.actNorm: expected y of shape [B,2], got [4,1]'],
      [
        () => block('tanh', 2, 0.5).forward(tf.zeros([4, 3])),
        'lipschitz.dense: expected x of shape [B,2], got [4,3]',
      ],
      [
        () => affine(2 as never, 1 as never),
        'flows.affine: expected affine([scales], [shifts]), got 2 and 1',
      ],
      [
        () => standardize([1, 2], [1]),
        'flows.standardize: expected as many means as deviations > 0, got [1,2] and [1]',
      ],
      [
        () => standardize([1, 2], [1, 0]),
        'flows.standardize: expected as many means as deviations > 0, got [1,2] and [1,0]',
      ],
      [
        () => actNorm([2]).forward(tf.zeros([4, 2], 'int32')),
        "flows.actNorm: expected x of float32, got int32; tf.cast(x, 'float32') converts it",
      ],
      [
        () => chain([affine([1], [0])] as never),
        'flows.chain: expected a part with forwardAndLogDet() as argument 1, got a list of 1; the parts are separate arguments: write ...list',
      ],
      [
        () => multiScale(affine([1], [0]) as never),
        'flows.multiScale: expected a list of at least one scale, got an object with the keys params, dispose, forward, inverse, forwardAndLogDet, flaws, carryScale, inverseWithReport, forwardWithReport',
      ],
      [
        () => multiScale([{ bijector: affine([1], [0]) }] as never),
        'flows.multiScale: expected scale 0 with the shape that it gives as outShape, got nothing',
      ],
      [
        () => squeeze({ order: 'pytorch' } as never),
        "flows.squeeze: expected order as 'offset-major' or 'channel-major', got 'pytorch'",
      ],
      [
        () => squeeze({ ordre: 'channel-major' } as never),
        "flows.squeeze: expected the options order, got 'ordre' (did you mean 'order'?)",
      ],
      [
        () => injectivePad('2' as never),
        "flows.injectivePad: expected a positive number of channels, got '2'",
      ],
      [
        () => flow(chain(affine([1], [0])), undefined as never),
        'flows.flow: expected flow(bijector, base) with a base distribution such as standardNormal(shape)',
      ],
      [
        () => residualBlock(branch('tanh', 2, 0.5), {} as never),
        'flows.residualBlock: expected an estimator logDet, as exact() of @iresnet/logdet makes it, got nothing',
      ],
      [
        () => residualBlock(branch('tanh', 2, 0.5), { logdet: exact() } as never),
        "flows.residualBlock: expected the options logDet, solve, got 'logdet' (did you mean 'logDet'?)",
      ],
      [
        () => residualBlock(branch('tanh', 2, 0.5), { logDet: exact(), lipschitz: 0.5 } as never),
        "flows.residualBlock: expected the options logDet, solve, got 'lipschitz'",
      ],
      [
        () => residualBlock(branch('tanh', 2, 0.5), exact() as never),
        'flows.residualBlock: expected an object of options (logDet, solve), got the function',
      ],
      [
        () => residualBlock([] as never, { logDet: exact() }),
        'flows.residualBlock: expected a part with linearize() as argument 1, got a list of 0; the parts are separate arguments: write ...list',
      ],
      [
        () => residualBlock(((x: tf.Tensor) => x) as never, { logDet: exact() }),
        'flows.residualBlock: expected a map as branch, got a function: make it one by functionMap(f, { lipschitz })',
      ],
      [
        () => residualBlock(branch('tanh', 2, 0.5), { logDet: exact(), solv: {} } as never),
        "flows.residualBlock: expected the options logDet, solve, got 'solv' (did you mean 'solve'?)",
      ],
      [
        () =>
          residualBlock(branch('tanh', 2, 0.5), { logDet: exact as never }).forwardAndLogDet(
            tf.zeros([4, 2]),
            rng,
          ),
        'flows.residualBlock: expected logDet to give a tensor, got ',
      ],
      [
        () =>
          residualBlock(
            functionMap((x) => tf.sum(x, 1), { lipschitz: 1 }),
            { logDet: exact() },
          ).forward(tf.zeros([4, 2])),
        'flows.residualBlock: expected a branch that keeps the shape [4,2], got [4]',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(
        expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
      );
    }
  });
}
