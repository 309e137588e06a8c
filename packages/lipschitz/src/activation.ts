import { IResNetError, type LipschitzMap } from '@iresnet/core';
import { elu, identity, leakyRelu, relu, sin, softplus, tanh } from './activations';
import { lipSwish } from './lipSwish';
import { maxMin } from './maxMin';

/** The activations by name, for configurations. */
export type ActivationName =
  'elu' | 'softplus' | 'lipSwish' | 'relu' | 'leakyRelu' | 'tanh' | 'sin' | 'maxMin' | 'identity';

const factories: Readonly<Record<ActivationName, () => LipschitzMap>> = {
  elu,
  softplus,
  lipSwish,
  relu,
  leakyRelu,
  tanh,
  sin,
  maxMin,
  identity,
};

/** All names that {@link activation} takes. */
export const activationNames = Object.keys(factories) as readonly ActivationName[];

/**
 * An activation by name, with its default options.
 *
 * @throws IResNetError for an unknown name, listing the known ones.
 */
export function activation(name: ActivationName): LipschitzMap {
  if (!Object.hasOwn(factories, name)) {
    throw new IResNetError(
      'argument',
      'lipschitz.activation',
      `expected one of ${activationNames.join(', ')}, got ${JSON.stringify(name)}`,
    );
  }
  return factories[name]();
}
