import * as tf from '@tensorflow/tfjs';
import { createRng, trainableParams, type LipschitzMap } from '@iresnet/core';
import { checkLipschitz, checkMap, checkNoLeak, finiteDifference, singularValues } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  activation,
  activationNames,
  activationWidening,
  cLipSwish,
  cRelu,
  cSin,
  dense,
  denseConcat,
  elementwise,
  elu,
  groupSort,
  identity,
  leakyRelu,
  lipSwish,
  matrixFamily,
  maxMin,
  sequential,
  sin,
  spectralWeight,
  tanh,
  type ActivationSpec,
  type OperatorFamily,
} from '../src';
import { activations, instances, opaque } from './table';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const largest = (t: tf.Tensor) => tf.max(tf.abs(t)).dataSync()[0]!;
const normOf = (t: tf.Tensor) => singularValues(t.arraySync() as number[][])[0]!;

/** Every law of the package, on the current backend. */
export function laws(): void {
  describe('activations against float64', () => {
    // Around 0 densely, and out to where every exponential has vanished or become one.
    const grid = [
      ...Array.from({ length: 801 }, (_, i) => (i - 400) / 40),
      ...[1e-7, 1e-4, 0.01, 15, 20, 40, 80].flatMap((x) => [x, -x]),
    ].map(Math.fround);
    const x = () => tf.tensor2d(grid, [grid.length, 1]);

    test.each(activations)('$name: σ, σ′, σ″', ({ map, value, slope, curvature, sup }) => {
      const f = map();
      const one = tf.ones([grid.length, 1]);
      const slopeOf = (t: tf.Tensor) => f.linearize(t).jacobian.matvec(one);
      const results = {
        value: valuesOf(f.apply(x())),
        slope: valuesOf(slopeOf(x())),
        gradient: valuesOf(tf.grad((t: tf.Tensor) => f.apply(t))(x())),
        // The slope of the identity does not depend on x: 0·x keeps it on the tape.
        curvature: valuesOf(tf.grad((t: tf.Tensor) => tf.add(slopeOf(t), tf.mul(0, t)))(x())),
      };
      grid.forEach((at, i) => {
        // Float32 functions of the backend are exact to some 1e-6; the wasm sine at 80·3 to 2e-5 of
        // the argument's rounding.
        const close = (got: number, truth: number) =>
          expect(Math.abs(got - truth), `at ${at}: ${got}, not ${truth}`).toBeLessThan(
            3e-5 * Math.max(1, Math.abs(truth)),
          );
        close(results.value[i]!, value(at));
        close(results.slope[i]!, slope(at));
        close(results.gradient[i]!, slope(at));
        close(results.curvature[i]!, curvature(at));
      });
      // The table's own derivatives, by finite differences of σ in float64 away from 0.
      for (const at of [-3.3, -0.7, 0.4, 2.1]) {
        expect(slope(at)).toBeCloseTo(finiteDifference((t) => [value(at + t)]).value[0]!, 6);
        expect(curvature(at)).toBeCloseTo(finiteDifference((t) => [slope(at + t)]).value[0]!, 6);
      }
      // L is a bound, and a tight one: sup |σ′| over the grid comes within 1e-3, which its spacing
      // allows.
      const steepest = Math.max(...grid.map((at) => Math.abs(slope(at))));
      expect(f.lipschitzBound()).toBeGreaterThanOrEqual(sup);
      expect(f.lipschitzBound()).toBeLessThan(sup * (1 + 1e-6));
      expect(steepest).toBeLessThanOrEqual(f.lipschitzBound());
      expect(steepest).toBeGreaterThan(sup * (1 - 1e-3));
    });
  });

  describe.each(instances)('$name', ({ map, shape, lipschitz }) => {
    const x = () => createRng(11).normal([3, ...shape]);

    test('the laws of a map', () => {
      const f = map();
      checkMap(f, x());
      f.dispose();
    });

    test('the bound holds on adversarial pairs, and is what it is by hand', () => {
      const f = map();
      checkLipschitz(f, x());
      // The tolerance of the power iteration, 1e-7, and of the Gram bound, 1.0002.
      if (lipschitz) expect(f.lipschitzBound() / lipschitz).toBeCloseTo(1, 3);
      f.dispose();
    });

    test('no leak, also under a tape', () => {
      const f = map();
      const at = x();
      checkNoLeak(() => f.apply(at), { tape: true });
      checkNoLeak(() => tf.tidy(() => f.linearize(at).y), { tape: true });
      checkNoLeak(() => tf.tidy(() => f.linearize(at).jacobian.matvec(at)), { tape: true });
      checkNoLeak(() => f.lipschitzBound());
      const before = tf.memory().numTensors;
      const other = map();
      expect(tf.memory().numTensors - before).toBe(Object.keys(other.params).length);
      other.dispose();
      expect(tf.memory().numTensors).toBe(before);
      f.dispose();
    });

    test('NaN in one example leaves the others as they are', () => {
      const f = map();
      const clean = x();
      const size = clean.size / 3;
      const broken = tf.tensor(
        valuesOf(clean).map((v, i) => (i === size ? NaN : v)),
        clean.shape,
      );
      const others = (t: tf.Tensor) => valuesOf(tf.gather(t, [0, 2]));
      expect(others(f.apply(broken))).toEqual(others(f.apply(clean)));
      const [good, bad] = [f.linearize(clean), f.linearize(broken)];
      expect(others(bad.y)).toEqual(others(good.y));
      const v = createRng(12).normal(clean.shape);
      expect(others(bad.jacobian.matvec(v))).toEqual(others(good.jacobian.matvec(v)));
      const u = createRng(13).normal(good.y.shape);
      expect(others(bad.jacobian.rmatvec(u))).toEqual(others(good.jacobian.rmatvec(u)));
      f.dispose();
    });
  });

  test('a fused run equals its opaque parts: values, both products, all gradients, with S probes too', () => {
    const rng = createRng(21);
    const parts = [
      dense({ inputs: 3, outputs: 7, rng }),
      activation('elu'),
      activation('tanh'),
      dense({ inputs: 7, outputs: 4, coefficient: 0.5, bias: false, rng }),
      activation('sin'),
      dense({ inputs: 4, outputs: 3, rng }),
    ];
    const maps = [sequential(...parts), sequential(...parts.map(opaque))];
    const params = trainableParams(maps[0]!.params);
    const x = tf.variable(rng.normal([5, 3]));
    for (const probes of [[], [4]]) {
      const v = tf.variable(rng.normal([...probes, 5, 3]));
      const weight = rng.normal([...probes, 5, 3]);
      // Each product alone, and everything at once.
      const uses: ((f: LipschitzMap) => tf.Tensor)[] = [
        (f) => f.apply(x),
        (f) => f.linearize(x).jacobian.matvec(v),
        (f) => f.linearize(x).jacobian.rmatvec(v),
        (f) => {
          const { y, jacobian } = f.linearize(x);
          return tf.add(tf.square(y), tf.mul(jacobian.rmatvec(jacobian.matvec(v)), jacobian.matvec(v)));
        },
      ];
      for (const use of uses) {
        const [fused, plain] = maps.map((f) => {
          const { value, grads } = tf.variableGrads(
            () =>
              tf.add(tf.sum(tf.mul(use(f), weight)), tf.mul(0, tf.add(tf.sum(x), tf.sum(v)))) as tf.Scalar,
            [x, v, ...params],
          );
          return [use(f), value, ...[x, v, ...params].map((p) => grads[p.name] ?? tf.zerosLike(p))];
        }) as [tf.Tensor[], tf.Tensor[]];
        fused.forEach((t, i) => {
          // Sums in another order: some units of 2⁻²⁴.
          expect(largest(tf.sub(t, plain[i]!))).toBeLessThanOrEqual(1e-5 * Math.max(1, largest(t)));
        });
      }
    }
    tf.dispose([x]);
    maps[0]!.dispose();
  });

  test('maxMin sorts pairs exactly, equal ones included; its gradient is the permutation', () => {
    const f = maxMin();
    const x = tf.tensor2d([
      [1, 3, 7, 5, 2, 2],
      [-1e10, 1, 1e-8, -1, 0, 0],
    ]);
    expect(f.apply(x).arraySync()).toEqual([[3, 7, 2, 1, 5, 2], [1, 1e-8, 0, -1e10, -1, 0].map(Math.fround)]);
    const { jacobian } = f.linearize(x);
    const u = tf.tensor2d([
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ]);
    const pulled = [[4, 1, 2, 5, 3, 6], [4, 1, 2, 5, 3, 6]]; // prettier-ignore
    expect(jacobian.rmatvec(u).arraySync()).toEqual(pulled);
    expect(
      tf
        .grad((t: tf.Tensor) => f.apply(t))(x, u)
        .arraySync(),
    ).toEqual(pulled);
    expect(jacobian.matvec(jacobian.rmatvec(u)).arraySync()).toEqual(u.arraySync()); // orthogonal
  });

  test('lipSwish gives β its gradient, and none when it is not trainable', () => {
    const f = lipSwish({ beta: -0.3 });
    const x = tf.tensor2d([[-2, 0.3, 5]]);
    const h = (b: number) => valuesOf(x).map((t) => t / (1 + Math.exp(-Math.log1p(Math.exp(b)) * t)) / 1.1);
    const { grads } = tf.variableGrads(() => tf.sum(f.apply(x)) as tf.Scalar);
    const truth = finiteDifference((t) => [h(-0.3 + t).reduce((a, b) => a + b, 0)]).value[0]!;
    expect(Object.values(grads)[0]!.dataSync()[0]).toBeCloseTo(truth, 5);
    expect(f.params['beta']!.trainable).toBe(true);
    expect(lipSwish({ trainable: false }).params['beta']!.trainable).toBe(false);
    // The bound for every β.
    for (const beta of [-5, 0, 4]) checkLipschitz(lipSwish({ beta }), createRng(1).normal([4, 8]));
  });

  describe('the spectral weight', () => {
    const inputs = 6;
    const outputs = 4;
    const build = (options = {}, family = matrixFamily) =>
      spectralWeight(createRng(31).normal([inputs, outputs]), family, createRng(32), options);

    /** The same values in memory of their own, as a file gives them. */
    const fresh = (t: tf.Tensor) => tf.tensor(t.dataSync().slice(), t.shape);
    const stateOf = ({ params }: ReturnType<typeof build>) =>
      (['kernel', 'u', 'v', 'u2'] as const).map((name) => params[name]!.arraySync());

    test('holds the effective norm to c from the first use, and after any optimizer, untold', () => {
      const layer = dense({ inputs, outputs, coefficient: 0.7, rng: createRng(33) });
      const x = createRng(34).normal([8, inputs]);
      const kernel = layer.params['kernel']!;
      // Grow the weight far above its bound.
      const loss = () =>
        tf.neg(
          tf.sum(tf.square(tf.add(layer.apply(x), tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)))),
        ) as tf.Scalar;
      for (const optimizer of [
        tf.train.sgd(0.05),
        tf.train.adam(0.5),
        tf.train.rmsprop(0.5),
        tf.train.momentum(0.02, 0.9),
      ]) {
        for (let step = 0; step < 4; step++) {
          optimizer.minimize(loss);
          const effective = layer.linearize(x).jacobian;
          const k = effective.matvec(tf.eye(inputs));
          // The tolerance 1e-3 is one step's gain; the gaps of these weights leave at most ten
          // times that.
          expect(normOf(k)).toBeLessThan(0.7 * 1.01);
          expect(layer.lipschitzBound()).toBeGreaterThanOrEqual(normOf(k) * (1 - 1e-6));
          expect(layer.lipschitzBound()).toBeLessThan(normOf(k) * 1.001);
        }
        optimizer.dispose();
      }
      expect(normOf(kernel)).toBeGreaterThan(2);
      layer.dispose();
    });

    test('an unsaturated weight is used bit for bit', () => {
      const weight = build({ coefficient: 100 });
      expect(weight.effective().arraySync()).toEqual(weight.params.kernel.arraySync());
      weight.dispose();
    });

    test('is the identity for an infinite coefficient', () => {
      const weight = build({ coefficient: Infinity });
      expect(weight.effective().arraySync()).toEqual(weight.params.kernel.arraySync());
      expect(weight.sigma()).toBeCloseTo(normOf(weight.params.kernel), 2);
      weight.dispose();
    });

    test('costs no product without a bound, but for σ', () => {
      let products = 0;
      const counted: OperatorFamily = {
        ...matrixFamily,
        at(w) {
          const operator = matrixFamily.at(w);
          return {
            ...operator,
            matvec: (v) => (products++, operator.matvec(v)),
            rmatvec: (u) => (products++, operator.rmatvec(u)),
          };
        },
      };
      const weight = build({ coefficient: Infinity }, counted);
      const copy = build({ coefficient: Infinity });
      weight.refresh();
      weight.effective();
      weight.enforceBound(() => 5);
      expect(products).toBe(0);
      for (const name of ['kernel', 'u', 'v'] as const) copy.params[name].assign(fresh(weight.params[name]));
      expect(copy.sigma()).toBeCloseTo(normOf(weight.params.kernel), 2);
      weight.dispose();
      copy.dispose();
    });

    test('refresh does what the next use would do, and that use then nothing more', () => {
      const [told, untold] = [build(), build()];
      for (const weight of [told, untold])
        weight.params.kernel.assign(createRng(37).normal([inputs, outputs]) as tf.Variable);
      told.refresh();
      untold.effective();
      expect(stateOf(told)).toEqual(stateOf(untold));
      const { u, v } = told.params;
      const held = [u.dataId, v.dataId];
      told.effective();
      expect([u.dataId, v.dataId]).toEqual(held);
      expect(told.sigma()).toBe(untold.sigma());
      told.dispose();
      untold.dispose();
    });

    test.each([
      ['up to date', true],
      ['behind its kernel', false],
    ])('set back to where it was, %s, it goes on as if nothing had been', (_name, refreshed) => {
      const [disturbed, plain] = [build(), build()];
      for (const weight of [disturbed, plain]) {
        weight.params.kernel.assign(createRng(38).normal([inputs, outputs]) as tf.Variable);
        if (refreshed) weight.refresh();
      }
      const names = ['kernel', 'u', 'v', 'u2'] as const;
      // A variable shares the memory of its start value; a clone is a copy on some backends.
      const held = names.map((name) => tf.variable(disturbed.params[name]!, false));
      for (const other of [null, createRng(39).normal([inputs, outputs])]) {
        if (other) disturbed.params.kernel.assign(other as tf.Variable);
        disturbed.effective();
        names.forEach((name, i) => disturbed.params[name]!.assign(held[i]!));
        expect(disturbed.sigma()).toBe(plain.sigma());
        expect(stateOf(disturbed)).toEqual(stateOf(plain));
      }
      // And so after the next step.
      for (const { params } of [disturbed, plain]) params.kernel.assign(tf.mul(1.1, params.kernel));
      expect(disturbed.effective().arraySync()).toEqual(plain.effective().arraySync());
      expect(stateOf(disturbed)).toEqual(stateOf(plain));
      disturbed.dispose();
      plain.dispose();
    });

    test('divides by max(1, σ/c) + ε', () => {
      for (const [coefficient, epsilon] of [
        [0.5, 0.25],
        [100, 0.25],
        [0.5, 0],
      ] as const) {
        // prettier-ignore
        const weight = build({ coefficient, epsilon, rtol: 1e-6, maxSteps: 1000 });
        const divisor = Math.max(1, normOf(weight.params.kernel) / coefficient) + epsilon;
        expect(largest(tf.sub(tf.mul(weight.effective(), divisor), weight.params.kernel))).toBeLessThan(1e-5);
        weight.dispose();
      }
    });

    test('vectors assigned together with the kernel are kept, and give the same bits', () => {
      const original = build();
      const copy = build();
      copy.params.kernel.assign(createRng(35).normal([inputs, outputs]) as tf.Variable);
      copy.effective(); // now at another weight, with other vectors
      for (const name of ['kernel', 'u', 'v'] as const)
        copy.params[name].assign(fresh(original.params[name]));
      expect(copy.effective().arraySync()).toEqual(original.effective().arraySync());
      expect(copy.sigma()).toBe(original.sigma());
      for (const name of ['u', 'v'] as const) {
        expect(copy.params[name].arraySync()).toEqual(original.params[name].arraySync());
      }
      // The same after a step has moved the vectors.
      original.params.kernel.assign(tf.mul(1.3, original.params.kernel));
      original.effective();
      for (const name of ['u', 'v', 'kernel'] as const)
        copy.params[name].assign(fresh(original.params[name]));
      expect(copy.effective().arraySync()).toEqual(original.effective().arraySync());
      original.dispose();
      copy.dispose();
    });

    test('the kernel alone moves the vectors; u and v alone do not move', () => {
      const weight = build();
      const before = weight.params.u.arraySync();
      weight.effective();
      expect(weight.params.u.arraySync()).toEqual(before);
      weight.params.kernel.assign(createRng(36).normal([inputs, outputs]) as tf.Variable);
      weight.effective();
      expect(weight.params.u.arraySync()).not.toEqual(before);
      expect([weight.params.u.trainable, weight.params.v.trainable, weight.params.kernel.trainable]).toEqual([
        false,
        false,
        true,
      ]);
      weight.dispose();
    });

    test('zero and NaN are states that it leaves again', () => {
      const good = createRng(37).normal([inputs, outputs]);
      const weight = build({ coefficient: 0.9, rtol: 1e-5 });
      for (const bad of [tf.zeros([inputs, outputs]), tf.fill([inputs, outputs], NaN)]) {
        weight.params.kernel.assign(bad as tf.Variable);
        weight.effective();
        weight.params.kernel.assign(good as tf.Variable);
        expect(normOf(weight.effective())).toBeCloseTo(0.9, 3);
      }
      weight.dispose();
      const fromZero = dense({ inputs, outputs, rng: createRng(38) });
      fromZero.params['kernel']!.assign(tf.zeros([inputs, outputs]));
      expect(fromZero.lipschitzBound()).toBe(0);
      fromZero.params['kernel']!.assign(tf.mul(10, good));
      expect(fromZero.lipschitzBound()).toBeCloseTo(0.9, 2);
      fromZero.dispose();
    });

    test('the gradient passes through σ with u and v constant', () => {
      for (const [coefficient, epsilon] of [
        [0.5, 0],
        [0.5, 0.1],
        [100, 0.1],
        [100, 0],
      ] as const) {
        // prettier-ignore
        const weight = build({ coefficient, epsilon, maxSteps: 3 }); // vectors far from converged
        const { kernel, u, v } = weight.params;
        const c = createRng(39).normal([inputs, outputs]);
        const { grads } = tf.variableGrads(
          () => tf.sum(tf.mul(c, weight.effective())) as tf.Scalar,
          [kernel],
        );
        const [k0, c0, u0, v0] = [kernel, c, u, v].map(valuesOf) as [number[], number[], number[], number[]];
        // ⟨c, W/(max(1, uᵀWv/c) + ε)⟩ in float64.
        const frozen = (k: number[]) => {
          const sigma = k.reduce(
            (total, w, i) => total + w * v0[Math.floor(i / outputs)]! * u0[i % outputs]!,
            0,
          );
          const divisor = Math.max(1, sigma / coefficient) + epsilon;
          return k.reduce((total, w, i) => total + (w * c0[i]!) / divisor, 0);
        };
        const got = valuesOf(grads[kernel.name]!);
        k0.forEach((_, i) => {
          const truth = finiteDifference((t) => [frozen(k0.map((w, j) => (j === i ? w + t : w)))]).value[0]!;
          expect(Math.abs(got[i]! - truth)).toBeLessThan(1e-5);
        });
        weight.dispose();
      }
    });

    test('a use under variableGrads right after an assignment leaks nothing', () => {
      const layer = dense({ inputs, outputs, rng: createRng(40) });
      const kernel = layer.params['kernel']!;
      const x = createRng(41).normal([3, inputs]);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) {
        tf.tidy(() => kernel.assign(tf.mul(1.5, kernel)));
        tf.dispose(tf.variableGrads(() => tf.sum(layer.apply(x)) as tf.Scalar));
      }
      expect(tf.memory().numTensors).toBe(before);
      layer.dispose();
    });
  });

  test('starts are reproducible from the seed and follow the promised range', () => {
    const [a, b] = [0, 0].map(() => dense({ inputs: 16, outputs: 9, rng: createRng(50) }));
    for (const name of ['kernel', 'bias', 'u', 'v', 'u2']) {
      expect(a!.params[name]!.arraySync()).toEqual(b!.params[name]!.arraySync());
    }
    expect(Object.keys(a!.params).sort()).toEqual(['bias', 'kernel', 'u', 'u2', 'v']);
    for (const name of ['kernel', 'bias']) expect(largest(a!.params[name]!)).toBeLessThanOrEqual(0.25);
  });

  test('every activation can be named, with every option that it has', () => {
    const x = tf.tensor2d([[0.5, -1, 2, -0.25]]);
    for (const name of activationNames) {
      const map = activation(name);
      expect(map.apply(x).shape, name).toEqual([1, 4 * activationWidening(name)]);
      map.dispose();
    }
    const pairs: readonly (readonly [ActivationSpec, () => LipschitzMap])[] = [
      [{ kind: 'elu' }, elu],
      [{ kind: 'leakyRelu', alpha: -0.3 }, () => leakyRelu(-0.3)],
      [{ kind: 'sin', frequency: 3 }, () => sin(3)],
      [{ kind: 'lipSwish', beta: 2, trainable: false }, () => lipSwish({ beta: 2, trainable: false })],
      [{ kind: 'cSin', frequency: 3 }, () => cSin(3)],
      [{ kind: 'cLipSwish', beta: -1 }, () => cLipSwish({ beta: -1 })],
      [{ kind: 'groupSort', size: 4 }, () => groupSort(4)],
    ];
    for (const [spec, factory] of pairs) {
      const [named, direct] = [activation(JSON.parse(JSON.stringify(spec)) as ActivationSpec), factory()];
      expect(named.apply(x).arraySync()).toEqual(direct.apply(x).arraySync());
      expect(named.lipschitzBound()).toBe(direct.lipschitzBound());
      const trained = (map: LipschitzMap) => Object.values(map.params).map(({ trainable }) => trainable);
      expect(trained(named)).toEqual(trained(direct));
      named.dispose();
      direct.dispose();
    }
    expect(() => activation({ kind: 'sin', frequenzy: 1 } as never)).toThrow("did you mean 'frequency'");
    expect(() => activation({ kind: 'groupSort', size: 1 })).toThrow('size as an integer ≥ 2');
    expect(() => activation('ellu' as never)).toThrow("did you mean 'elu'");
  });

  test('parameters of a sequence have dotted names', () => {
    const f = sequential(dense({ inputs: 2, outputs: 2, rng: createRng(0) }), tanh(), lipSwish());
    expect(Object.keys(f.params)).toEqual(['0.kernel', '0.u', '0.v', '0.u2', '0.bias', '2.beta']);
    f.dispose();
  });

  test('an empty batch goes through', () => {
    const f = sequential(
      dense({ inputs: 2, outputs: 4, rng: createRng(0) }),
      tanh(),
      dense({ inputs: 4, outputs: 2, rng: createRng(1) }),
    );
    expect(f.apply(tf.zeros([0, 2])).shape).toEqual([0, 2]);
    f.dispose();
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const layer = dense({ inputs: 3, outputs: 2, rng });
    const disposed = () => {
      const x = tf.zeros([4, 3]);
      x.dispose();
      return x;
    };
    const fused = sequential(tanh(), layer, tanh());
    const mismatched = sequential(layer, dense({ inputs: 3, outputs: 2, rng }));
    const mistakes: [() => unknown, string][] = [
      [() => layer.apply(tf.zeros([4, 2])), 'lipschitz.dense: expected x of shape [B,3], got [4,2]'],
      [() => layer.linearize(tf.zeros([3])), 'lipschitz.dense: expected x of shape [B,3], got [3]'],
      [() => fused.apply(tf.zeros([4, 2])), 'lipschitz.dense: expected x of shape [B,3], got [4,2]'],
      [() => fused.linearize(tf.zeros([4, 2])), 'lipschitz.dense: expected x of shape [B,3], got [4,2]'],
      [() => mismatched.apply(tf.zeros([4, 3])), 'lipschitz.dense: expected x of shape [B,3], got [4,2]'],
      [
        () => dense({ inputs: 0, outputs: 2, rng }),
        'lipschitz.dense: expected positive sizes, got inputs 0, outputs 2',
      ],
      [
        () => dense({ inputs: 2, outputs: 1.5, rng }),
        'lipschitz.dense: expected positive sizes, got inputs 2, outputs 1.5',
      ],
      [
        () => dense({ inputs: 2, outputs: 2, coefficient: 0, rng }),
        'lipschitz.spectralWeight: expected a coefficient > 0, got 0',
      ],
      [
        () => dense({ inputs: 2, outputs: 2, coefficent: 0.5, rng } as never),
        "lipschitz.dense: expected the options coefficient, rtol, maxSteps, vectors, epsilon, inputs, outputs, bias, rng, got 'coefficent' (did you mean 'coefficient'?)",
      ],
      [
        () => dense({ inputs: 2, outputs: 2 } as never),
        'lipschitz.dense: expected an rng, as createRng(seed) of @iresnet/core makes it, got nothing',
      ],
      [
        () => layer.apply(tf.zeros([4, 3], 'int32')),
        "lipschitz.dense: expected x of float32, got int32; tf.cast(x, 'float32') converts it",
      ],
      [
        () => layer.apply(disposed()),
        'lipschitz.dense: expected a living tensor x, got one that was disposed',
      ],
      [
        () => spectralWeight(tf.eye(2), 'matrix' as never, rng),
        'lipschitz.spectralWeight: expected a family of operators such as matrixFamily',
      ],
      [
        () => spectralWeight(tf.eye(2), matrixFamily, rng, { coeficient: 1 } as never),
        "lipschitz.spectralWeight: expected the options coefficient, rtol, maxSteps, vectors, epsilon, got 'coeficient' (did you mean 'coefficient'?)",
      ],
      [
        () => sequential([layer, tanh()] as never),
        'lipschitz.sequential: expected a part with linearize() as argument 1, got a list of 2; the parts are separate arguments: write ...list',
      ],
      [
        () => sequential(layer, tanh as never),
        'lipschitz.sequential: expected a part with linearize() as argument 2, got the function tanh; call it to make the part',
      ],
      [
        () => denseConcat(tanh as never),
        'lipschitz.denseConcat: expected a part with linearize() as argument 1, got the function tanh; call it to make the part',
      ],
      [
        () => denseConcat(tanh(), { trainabel: false } as never),
        "lipschitz.denseConcat: expected the options trainable, got 'trainabel' (did you mean 'trainable'?)",
      ],
      [
        () => lipSwish({ betta: 1 } as never),
        "lipschitz.lipSwish: expected the options beta, trainable, got 'betta' (did you mean 'beta'?)",
      ],
      [() => cLipSwish({ beta: NaN }), 'lipschitz.cLipSwish: expected a finite beta, got NaN'],
      [
        () => sin({ frequency: 2 } as never),
        'lipschitz.sin: expected a frequency from 2⁻³⁰ to 2³⁰, got an object with the keys frequency',
      ],
      [
        () => leakyRelu({ alpha: 2 } as never),
        'lipschitz.leakyRelu: expected an alpha of 0 or of a size from 2⁻³⁰ to 2³⁰, got an object with the keys alpha',
      ],
      [
        () => elementwise({ value: tf.tanh } as never),
        'lipschitz.elementwise: expected a formula with value(x), slope(x, y) and lipschitz, got an object with the keys value',
      ],
      ...[tanh(), lipSwish(), maxMin(), groupSort(2), cRelu(), cSin(), identity(), denseConcat(tanh())].map(
        (map): [() => unknown, string] => [
          () => map.apply(tf.zeros([4, 2], 'int32')),
          "x of float32, got int32; tf.cast(x, 'float32') converts it",
        ],
      ),
      [() => sequential(), 'lipschitz.sequential: expected at least one part, got none'],
      [() => sin(0), 'lipschitz.sin: expected a frequency from 2⁻³⁰ to 2³⁰, got 0'],
      [
        () => maxMin().apply(tf.zeros([2, 3])),
        'lipschitz.maxMin: expected an even number of channels, got shape [2,3]',
      ],
      [
        () => activation('swish' as 'elu'),
        `lipschitz.activation: expected one of ${activationNames.join(', ')}, got 'swish'`,
      ],
      [
        () => activation('toString' as 'elu'),
        `lipschitz.activation: expected one of ${activationNames.join(', ')}, got 'toString'`,
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(
        expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
      );
    }
  });
}
