import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import * as inversion from '../src';
import {
  anderson,
  invertResidual,
  newtonGmres,
  picard,
  solverFromSpec,
  solvers,
  type FixedPointSolver,
  type SolverSpec,
} from '../src';
import { contraction, targets } from './problems';

beforeAll(() => tf.setBackend('cpu'));

const named: [SolverSpec, FixedPointSolver][] = [
  ['anderson', anderson()],
  [{ kind: 'anderson', memory: 2 }, anderson({ memory: 2 })],
  ['picard', picard()],
  [{ kind: 'picard' }, picard()],
  ['newtonGmres', newtonGmres()],
  [{ kind: 'newtonGmres', products: 3 }, newtonGmres({ products: 3 })],
];

test.each(named)('%j makes what it names: the same value and evaluations', (spec, solver) => {
  const problem = contraction('tanh', 0.9);
  const y = tf.tensor2d(targets(problem.dim, 2));
  const copy = JSON.parse(JSON.stringify(spec)) as SolverSpec;
  const got = invertResidual(problem.map, y, { lipschitz: 0.9, solver: solverFromSpec(copy) });
  const want = invertResidual(problem.map, y, { lipschitz: 0.9, solver });
  expect(got.evaluations).toBe(want.evaluations);
  expect(got.value.arraySync()).toEqual(want.value.arraySync());
  tf.dispose([y, got.value, want.value]);
  problem.dispose();
});

test.each<SolverSpec>([
  { kind: 'anderson', rtol: 1e-3, atol: 0 },
  { kind: 'picard', atol: 1e-2, rtol: 0 },
  { kind: 'newtonGmres', products: 2, rtol: 1e-2 },
])('%j ends where its tolerances say, unless the call says otherwise', (spec) => {
  const { kind, atol = 1e-6, rtol, ...own } = spec as Exclude<SolverSpec, string>;
  const problem = contraction('tanh', 0.9);
  const y = tf.tensor2d(targets(problem.dim, 2));
  const solve = (solver: SolverSpec, options: object) =>
    invertResidual(problem.map, y, { lipschitz: 0.9, solver: solverFromSpec(solver), ...options });
  const got = solve(spec, {});
  const same = solve({ kind, ...own } as SolverSpec, { atol, rtol });
  const fine = solve(spec, { rtol: 1e-5, atol: 1e-5 });
  expect(got.value.arraySync()).toEqual(same.value.arraySync());
  expect(got.evaluations).toBeLessThan(fine.evaluations);
  tf.dispose([y, got.value, same.value, fine.value]);
  problem.dispose();
});

test('a cap on the steps is reached', () => {
  const solver = solverFromSpec({ kind: 'picard', maxSteps: 2 });
  const g = (x: tf.Tensor) => tf.mul(0.9, tf.sin(x));
  const y = tf.tensor2d([[1]]);
  const { outcome, value } = invertResidual(g, y, { lipschitz: 0.9, solver, onFailure: 'return' });
  expect(outcome).toEqual(['capped']);
  tf.dispose([y, value]);
});

test('every export that makes a solver has a row, and every row is made here', () => {
  const made = named.map(([spec]) => (typeof spec === 'string' ? spec : spec.kind));
  expect(new Set(made)).toEqual(new Set(Object.keys(solvers)));
  const others = [
    'contractionSteps',
    'fixedPoint',
    'fixedPointAsync',
    'fixedPointSteps',
    'invertResidual',
    'invertResidualAsync',
    'solverFromSpec',
  ];
  const functions = Object.entries(inversion).filter(([, value]) => typeof value === 'function');
  expect(new Set(functions.map(([name]) => name))).toEqual(new Set([...Object.keys(solvers), ...others]));
});

test.each<[unknown, string]>([
  ['andersen', "expected one of anderson, picard, newtonGmres, got 'andersen' (did you mean 'anderson'?)"],
  [{ kind: 'anderson', memory: 9 }, 'expected memory as an integer ≥ 1 and ≤ 8, got 9'],
  [{ kind: 'anderson', rtol: -1 }, 'expected rtol as a number ≥ 0, got -1'],
  [{ kind: 'picard', maxStep: 9 }, "expected the options atol, rtol, maxSteps for picard, got 'maxStep' (did you mean 'maxSteps'?)"], // prettier-ignore
  [{ kind: 'picard', memory: 2 }, "expected the options atol, rtol, maxSteps for picard, got 'memory'"],
])('%j is refused', (spec, message) => {
  expect(() => solverFromSpec(spec as SolverSpec)).toThrow(
    expect.objectContaining({ kind: 'argument', message: `inversion.solverFromSpec: ${message}` }),
  );
});
