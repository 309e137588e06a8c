import { reshape, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { createRng, IResNetError, type LipschitzMap, type Params } from '@iresnet/core';
import {
  activation,
  activationNames,
  dense,
  lipSwish,
  sequential,
  type ActivationName,
} from '@iresnet/lipschitz';
import type { GoldenCase } from './goldenCase';
import { exchanged, row } from './layout';

/** The official names of activations, where they differ from ours. */
const OURS: Readonly<Record<string, ActivationName>> = { swish: 'lipSwish', sorting: 'maxMin' };

/** Our name of an activation. */
export function activationName(official: string): ActivationName {
  const name = OURS[official] ?? official;
  const known = activationNames.find((ours) => ours === name);
  if (known === undefined) {
    throw new IResNetError('data', 'manifest', `expected an activation of ours, got "${official}"`);
  }
  return known;
}

/** Assign values to variables, all before the next use: a weight then takes the loaded u and v as they are. */
export function load(params: Params, values: Readonly<Record<string, Tensor>>): void {
  for (const [name, value] of Object.entries(values)) {
    const variable = params[name]!;
    variable.assign(reshape(value, variable.shape));
  }
}

/** A branch with official parameters, and which of its variables is which official tensor. */
export interface LoadedBranch {
  readonly map: LipschitzMap;
  /** Its layers and activations one by one; the map disposes them. */
  readonly parts: readonly LipschitzMap[];
  /** Trainable variables by the official name after the prefix: `3.weight`, `0.beta`. */
  readonly trainable: ReadonlyMap<string, Variable>;
}

/**
 * A dense residual branch from the tensors `state.…N.weight`, `.bias`, `.u`, `.v`, `.beta` of a case, N = 0, 1, …; where there is
 * none for an N up to the last, an activation without parameters stands.
 *
 * @param prefix - Of the names, such as `state.`.
 * @param names - What the official state calls the raw weight and its vectors.
 */
export function loadBranch(
  golden: GoldenCase,
  prefix: string,
  options: { coefficient: number; activation: ActivationName },
  names: { weight: string; u: string; v: string },
): LoadedBranch {
  const positions = golden
    .names(/./)
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length).split('.', 1)[0]));
  const parts: LipschitzMap[] = [];
  const trainable = new Map<string, Variable>();
  for (let i = 0; i <= Math.max(...positions); i++) {
    const at = `${prefix}${i}.`;
    if (golden.has(at + names.weight)) {
      const kernel = exchanged(golden.tensor(at + names.weight));
      const [inputs, outputs] = kernel.shape as [number, number];
      const layer = dense({ inputs, outputs, coefficient: options.coefficient, rng: createRng(i) });
      load(layer.params, {
        kernel,
        u: row(golden.tensor(at + names.u)),
        v: row(golden.tensor(at + names.v)),
        bias: golden.tensor(`${at}bias`),
      });
      trainable.set(`${i}.${names.weight}`, layer.params['kernel']!);
      trainable.set(`${i}.bias`, layer.params['bias']!);
      parts.push(layer);
    } else if (golden.has(`${at}beta`)) {
      const swish = lipSwish();
      load(swish.params, { beta: golden.tensor(`${at}beta`) });
      trainable.set(`${i}.beta`, swish.params['beta']!);
      parts.push(swish);
    } else {
      parts.push(activation(options.activation));
    }
  }
  return { map: sequential(...parts), parts, trainable };
}

/** A gradient in the official layout: that of a kernel is exchanged. */
export function officialLayout(gradient: Tensor): Tensor {
  return gradient.rank === 2 ? exchanged(gradient) : gradient;
}
