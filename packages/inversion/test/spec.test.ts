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
  [{ kind: 'picard', memory: 2 }, "expected the options (none) for picard, got 'memory'"],
])('%j is refused', (spec, message) => {
  expect(() => solverFromSpec(spec as SolverSpec)).toThrow(
    expect.objectContaining({ kind: 'argument', message: `inversion.solverFromSpec: ${message}` }),
  );
});
