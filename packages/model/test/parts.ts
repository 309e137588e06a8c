import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, trainableParams, type Module, type Params } from '@iresnet/core';
import { negativeLogLikelihood } from '@iresnet/flows';
import { logDetFromSpec } from '@iresnet/logdet';
import { instances as bijectors } from '../../flows/test/table';
import { instances as maps } from '../../lipschitz/test/table';
import { instances as estimators } from '../../logdet/test/table';
import type { FlowModel } from '../src';
import { imageInstances, imageOf } from './imageTable';
import { denseOf, instances as flows } from './table';

/** What a part gives, by name. */
type Answers = Record<string, tf.Tensor>;

/** A part, and what is asked of it. Nothing is random but by fixed seeds. */
interface Subject {
  readonly name: string;
  readonly build: () => Module;
  readonly ask: (part: never) => Answers;
}

function subject<M extends Module>(name: string, build: () => M, ask: (part: M) => Answers): Subject {
  return { name, build, ask: ask as Subject['ask'] };
}

const normal = (seed: string, shape: readonly number[]): tf.Tensor => createRng(7).split(seed).normal(shape);

/** Σ y ⊙ w with fixed weights: a scalar in which each value counts in another way. */
const weighed = (y: tf.Tensor, seed: string): tf.Scalar => tf.sum(tf.mul(y, normal(seed, y.shape)));

/** The gradients of a scalar by x and by all that a part trains. */
function gradients(f: (x: tf.Tensor) => tf.Scalar, start: tf.Tensor, params: Params): Answers {
  const x = tf.variable(start);
  const all: [string, tf.Variable][] = [['x', x], ...Object.entries(trainableParams(params))];
  const { grads } = tf.variableGrads(() => f(x), all.map(([, variable]) => variable)); // prettier-ignore
  const found = all.map(([name, { name: id }]) => [`gradient of ${name}`, grads[id]!] as const);
  x.dispose();
  return Object.fromEntries(found);
}

/** What is asked of a flow. Its values are those of images, from −½ to ½. */
const askFlow =
  (shape: readonly number[]) =>
  (model: FlowModel): Answers => {
    const x = createRng(7).uniform([3, ...shape], -0.45, 0.45);
    const loss = (at: tf.Tensor): tf.Scalar => negativeLogLikelihood(model, at, createRng(8));
    return { ...model.encodeAndLogProb(x, createRng(8)), ...gradients(loss, x, model.params) };
  };

/**
 * Every map, bijector, estimator and flow of the tables of the laws: values, products with the
 * Jacobian, log-determinants and gradients.
 */
const subjects: readonly Subject[] = [
  ...maps.map(({ name, shape, map }) =>
    subject(`map: ${name}`, map, (part) => {
      const x = normal('x', [3, ...shape]);
      const { y, jacobian } = part.linearize(x);
      return {
        y,
        'J v': jacobian.matvec(normal('v', x.shape)),
        'Jᵀ u': jacobian.rmatvec(normal('u', y.shape)),
        ...gradients((at) => weighed(part.apply(at), 'y'), x, part.params),
      };
    }),
  ),
  ...bijectors.map(({ name, shape, bijector }) =>
    subject(`bijector: ${name}`, bijector, (part) => {
      const x = normal('x', [3, ...shape]);
      const both = (at: tf.Tensor): tf.Scalar => {
        const { y, logDet } = part.forwardAndLogDet(at, createRng(8));
        return tf.add(weighed(y, 'y'), weighed(logDet, 'logDet'));
      };
      return { ...part.forwardAndLogDet(x, createRng(8)), ...gradients(both, x, part.params) };
    }),
  ),
  ...estimators.map(({ name, spec }) =>
    subject(
      `estimator: ${name}`,
      () => ({ params: {}, dispose: () => undefined }),
      () => {
        const estimate = (kernel: tf.Tensor): tf.Tensor =>
          logDetFromSpec(spec)(denseOperator(kernel), [3, 4], createRng(8));
        const kernel = tf.mul(0.2, normal('kernel', [4, 4]));
        return { logDet: estimate(kernel), ...gradients((k) => weighed(estimate(k), 'logDet'), kernel, {}) };
      },
    ),
  ),
  ...flows.map(({ name, config }) =>
    subject(`flow: ${name}`, () => denseOf(config, createRng(9)), askFlow([config.dimension])),
  ),
  ...imageInstances.map(({ name, config }) =>
    subject(`flow of images: ${name}`, () => imageOf(config, createRng(9)), askFlow(config.shape)),
  ),
];

type Values = Record<string, Float32Array>;

async function valuesOf(tensors: Record<string, tf.Tensor>): Promise<Values> {
  const entries = Object.entries(tensors).map(async ([name, x]) => [name, (await x.data()).slice()]);
  return Object.fromEntries(await Promise.all(entries)) as Values;
}

/** What a part gives on the current backend, with its weights before; `given` replaces those. */
async function answers({ build, ask }: Subject, given?: Values): Promise<{ weights: Values; found: Values }> {
  const part = build();
  if (given)
    for (const [name, variable] of Object.entries(part.params))
      variable.assign(tf.tensor(given[name]!, variable.shape));
  const asked = tf.tidy(() => ask(part as never));
  const result = { weights: await valuesOf(part.params), found: await valuesOf(asked) };
  tf.dispose(asked);
  part.dispose();
  return result;
}

/** max |a − b| relative to 1 and to the largest |a|. */
function apart(a: Float32Array, b: Float32Array): number {
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return a.reduce((most, value, i) => {
    const difference = Math.abs(value - b[i]!) / scale;
    return difference <= most ? most : difference; // NaN is kept
  }, 0);
}

/** What a part gives on a device, beside what it gives on wasm with the same weights. */
export interface Compared {
  readonly name: string;
  /** How far it is from wasm, relative to 1 and to the largest value. */
  readonly errors?: Readonly<Record<string, number | null>>;
  /** Why it gives nothing. */
  readonly refused?: string;
}

/**
 * Compare the parts with these names, as a regular expression, on wasm and on a device. Each
 * backend is started by its function.
 */
export async function compareParts(
  names: string,
  startWasm: () => Promise<unknown>,
  startDevice: () => Promise<unknown>,
): Promise<Compared[]> {
  const chosen = subjects.filter(({ name }) => new RegExp(names).test(name));
  await startWasm();
  const onWasm = [];
  for (const each of chosen) onWasm.push(await answers(each));
  await startDevice();
  const compared: Compared[] = [];
  for (const [i, each] of chosen.entries()) {
    const { weights, found } = onWasm[i]!;
    try {
      const ours = await answers(each, weights);
      const errors = Object.entries(found).map(([what, values]) => [what, apart(values, ours.found[what]!)]);
      compared.push({ name: each.name, errors: Object.fromEntries(errors) as Record<string, number> });
    } catch (error) {
      compared.push({ name: each.name, refused: String(error) });
    }
  }
  return compared;
}
