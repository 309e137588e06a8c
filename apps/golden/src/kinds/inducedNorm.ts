import { max, norm, sub, type Tensor } from '@tensorflow/tfjs-core';
import { transposeOperator, type LinearOperator } from '@iresnet/core';
import { powerIteration, rescale, singularValue } from '@iresnet/spectral-norm';
import type { Kind } from './kind';
import { effectiveWeight, hasTaps, operatorOf, type Size } from '../layer';
import { channelsFirst, kernelOf, unflattened, weightOf } from '../layout';
import { isRecord, listIn, numberIn } from '../manifest';
import { has, unlessOffered } from './matching';

/** The official cap on tolerance runs. */
const CAP = 200;

/** How many iterations the float32 count may be off: its stopping test can be close. */
const COUNT_SLACK = 3;

interface Run {
  readonly name: string;
  readonly n?: number;
  readonly atol?: number;
}

interface Pair {
  readonly u: Tensor;
  readonly v: Tensor;
}

/** Induced-norm layer of the 2-norm: u first, to a tolerance or a number of iterations. */
export const inducedNorm: Kind = {
  name: 'induced-norm',
  matches: ({ config, tensors }) => has(config, 'coeff', 'runs') && has(tensors, 'weight', 'u0', 'v0'),
  unable: unlessOffered,
  run(golden) {
    const kernel = kernelOf(golden.tensor('weight'));
    const normSize = hasTaps(kernel) ? (listIn(golden.config, 'spatial') as unknown as Size) : undefined;
    const a = operatorOf(kernel, normSize);
    const start = {
      u: unflattened(golden.tensor('u0'), a.outShape),
      v: unflattened(golden.tensor('v0'), a.inShape),
    };
    const coefficient = numberIn(golden.config, 'coeff');
    for (const run of listIn(golden.config, 'runs') as readonly Run[]) {
      const official = run.n ?? countOf(golden.manifest.scalars, run.name);
      const states = iterate(a, start, run, official);
      golden.record(
        `${run.name}: iterations`,
        Math.abs(states.stopped - official),
        run.n === undefined ? COUNT_SLACK : 0,
      );
      const { u, v } = states.at;
      const sigma = singularValue(a, u, v);
      golden.check(`${run.name}.u`, channelsFirst(u));
      golden.check(`${run.name}.v`, channelsFirst(v));
      golden.check(`${run.name}.sigma`, sigma);
      golden.check(`${run.name}.weight`, weightOf(rescale(kernel, sigma, coefficient)), { way: 'rescale' });
      const weight = effectiveWeight({ kernel, u, v }, { coefficient, normSize });
      golden.check(`${run.name}.weight`, weight, { way: 'layer' });
    }
    golden.leave(/^true_singular_values$/, 'the singular values below the first');
  },
};

/** One step, u first: v first on the transposed operator. */
function step(a: LinearOperator, v: Tensor): Pair {
  const found = powerIteration(transposeOperator(a), v, { rtol: 0, maxSteps: 1 });
  return { u: found.v, v: found.u };
}

/** The vectors after `official` iterations, and after how many the rule itself stops. */
function iterate(a: LinearOperator, start: Pair, run: Run, official: number): { at: Pair; stopped: number } {
  const last = run.n ?? CAP;
  let state = start;
  let at = start;
  let stopped = 0;
  for (let i = 1; i <= last && (stopped === 0 || i <= official); i++) {
    const next = step(a, state.v);
    if (i === official) at = next;
    if (stopped === 0 && (i === last || (run.n === undefined && settled(state, next, run.atol!))))
      stopped = i;
    state = next;
  }
  return { at, stopped };
}

/** The official stopping test, absolute and relative tolerance alike. */
function settled(before: Pair, after: Pair, tolerance: number): boolean {
  return [
    [before.u, after.u],
    [before.v, after.v],
  ].every(([old, now]) => {
    const moved = norm(sub(now!, old!)).dataSync()[0]! / Math.sqrt(now!.size);
    return moved < tolerance + tolerance * max(now!).dataSync()[0]!;
  });
}

/** How many iterations the official float32 run did. */
function countOf(scalars: Readonly<Record<string, { value: unknown }>>, name: string): number {
  const counts = scalars['iterations_used']?.value;
  return numberIn(isRecord(counts) && isRecord(counts[name]) ? counts[name] : {}, 'float32');
}
