import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { IResNetError, type LipschitzMap } from '@iresnet/core';
import { activation, activationNames, lipSwish, sequential, type ActivationName } from '@iresnet/lipschitz';
import type { GoldenCase } from './goldenCase';
import {
  effectiveWeight,
  hasTaps,
  load,
  newLayer,
  type LayerOptions,
  type Size,
  type WeightState,
} from './layer';
import { kernelOf, unflattened } from './layout';

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

/** A linear layer with official parameters. */
export interface LoadedLayer {
  readonly map: LipschitzMap;
  readonly options: LayerOptions;
}

/** A branch with official parameters, and which of its variables is which official tensor. */
export interface LoadedBranch {
  readonly map: LipschitzMap;
  /** Its linear layers by their position N among layers and activations; the map disposes them. */
  readonly layers: ReadonlyMap<number, LoadedLayer>;
  /** Trainable variables by the official name after the prefix: `3.weight`, `0.beta`. */
  readonly trainable: ReadonlyMap<string, Variable>;
}

/** What a case says about its branch besides the tensors. */
export interface BranchOptions extends LayerOptions {
  readonly activation: ActivationName;
}

/**
 * A residual branch from the tensors `PREFIX N.weight`, `.bias`, `.u`, `.v`, `.beta` of a case, N =
 * 0, 1, …; where there is none for an N up to the last, an activation without parameters stands.
 * Dense layers and convolutions are told apart by the rank of the weight. A convolution whose state
 * has `spatial_dims` has its norm measured on that size. `epsilon` is that of kernels with several
 * taps alone.
 *
 * @param prefix - Of the names, such as `state.`.
 * @param names - What the official state calls the raw weight and its vectors.
 */
export function loadBranch(
  golden: GoldenCase,
  prefix: string,
  { activation: nonlinearity, epsilon = 0, ...common }: BranchOptions,
  names: { weight: string; u: string; v: string },
): LoadedBranch {
  const positions = golden
    .names(/./)
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length).split('.', 1)[0]));
  const parts: LipschitzMap[] = [];
  const layers = new Map<number, LoadedLayer>();
  const trainable = new Map<string, Variable>();
  for (let i = 0; i <= Math.max(...positions); i++) {
    const at = `${prefix}${i}.`;
    if (golden.has(at + names.weight)) {
      const kernel = kernelOf(golden.tensor(at + names.weight));
      const stored = golden.has(`${at}spatial_dims`) ? golden.values(`${at}spatial_dims`) : undefined;
      const options: LayerOptions = {
        ...common,
        ...(stored && { normSize: Array.from(stored) as unknown as Size }),
        epsilon: hasTaps(kernel) ? epsilon : 0,
      };
      const map = newLayer(kernel, options, true);
      const { params } = map;
      load(params, {
        kernel,
        u: unflattened(golden.tensor(at + names.u), params['u']!.shape.slice(1)),
        v: unflattened(golden.tensor(at + names.v), params['v']!.shape.slice(1)),
        bias: golden.tensor(`${at}bias`),
      });
      trainable.set(`${i}.${names.weight}`, params['kernel']!);
      trainable.set(`${i}.bias`, params['bias']!);
      layers.set(i, { map, options });
      parts.push(map);
    } else if (golden.has(`${at}beta`)) {
      const swish = lipSwish();
      load(swish.params, { beta: golden.tensor(`${at}beta`) });
      trainable.set(`${i}.beta`, swish.params['beta']!);
      parts.push(swish);
    } else {
      parts.push(activation(nonlinearity));
    }
  }
  return { map: sequential(...parts), layers, trainable };
}

/** W̄ of layer N of a branch, as the layer uses it now, in the official layout. */
export function effectiveWeightOf(branch: LoadedBranch, position: number): Tensor {
  const { map, options } = branch.layers.get(position)!;
  return effectiveWeight(map.params as unknown as WeightState, options);
}
