import type { LipschitzMap } from '@iresnet/core';
import { checkSpec, fromSpec, type Field, type SpecRow } from '@iresnet/core/internal';
import { cLipSwish, cRelu } from './concatenated';
import { cSin } from './cSin';
import { elu } from './elu';
import { groupSort } from './groupSort';
import { identity } from './identity';
import { lipSwish, type LipSwishOptions } from './lipSwish';
import { maxMin } from './maxMin';
import { leakyRelu, relu } from './relu';
import { sin } from './sin';
import { softplus } from './softplus';
import { tanh } from './tanh';

type NoOptions = Readonly<Record<never, never>>;

/** The activations by name, each with its options. */
export interface ActivationOptions {
  readonly elu: NoOptions;
  readonly softplus: NoOptions;
  readonly lipSwish: LipSwishOptions;
  readonly relu: NoOptions;
  readonly leakyRelu: {
    /** α, the slope below zero. */
    readonly alpha?: number;
  };
  readonly tanh: NoOptions;
  readonly sin: {
    /** ω of sin(ωx)/ω. */
    readonly frequency?: number;
  };
  readonly maxMin: NoOptions;
  readonly groupSort: {
    /** k, channels of a group. */
    readonly size?: number;
  };
  readonly cLipSwish: LipSwishOptions;
  readonly cRelu: NoOptions;
  readonly cSin: {
    /** ω of [sin ωx, cos ωx]/ω. */
    readonly frequency?: number;
  };
  readonly identity: NoOptions;
}

/** The name of an activation. */
export type ActivationName = keyof ActivationOptions;

/**
 * An activation as plain JSON: a name, or a name with options, such as
 * `{ kind: 'leakyRelu', alpha: 0.1 }`.
 */
export type ActivationSpec =
  | ActivationName
  | { readonly [K in ActivationName]: { readonly kind: K } & ActivationOptions[K] }[ActivationName];

/** A row of the table of activations. */
export interface ActivationRow<O = never> extends SpecRow<LipschitzMap, O> {
  /** The output has so many times the channels of the input. */
  readonly widening: 1 | 2;
}

const betaFields: { readonly [K in keyof Required<LipSwishOptions>]: Field } = {
  beta: { type: 'number', default: 0.5, doc: 'start value of b in β = softplus(b)' },
  trainable: { type: 'flag', default: true, doc: 'whether β learns' },
};

/** Every activation that a configuration can name. */
export const activations: { readonly [K in ActivationName]: ActivationRow<ActivationOptions[K]> } = {
  elu: { doc: 'x above zero, eˣ − 1 below', widening: 1, fields: {}, make: () => elu() },
  softplus: { doc: 'ln(1 + eˣ)', widening: 1, fields: {}, make: () => softplus() },
  lipSwish: { doc: 'x·sigmoid(βx)/1.1', widening: 1, fields: betaFields, make: lipSwish },
  relu: { doc: 'max(x, 0)', widening: 1, fields: {}, make: () => relu() },
  leakyRelu: {
    doc: 'x above zero, αx below',
    widening: 1,
    fields: { alpha: { type: 'number', default: 0.2, doc: 'slope below zero' } },
    make: ({ alpha }) => leakyRelu(alpha),
  },
  tanh: { doc: 'tanh(x)', widening: 1, fields: {}, make: () => tanh() },
  sin: {
    doc: 'sin(ωx)/ω',
    widening: 1,
    fields: { frequency: { type: 'number', min: 2 ** -30, max: 2 ** 30, default: 1, doc: 'ω' } },
    make: ({ frequency }) => sin(frequency),
  },
  maxMin: {
    doc: 'pairs of channels, all maxima before all minima',
    widening: 1,
    fields: {},
    make: () => maxMin(),
  },
  groupSort: {
    doc: 'groups of channels, each sorted in its place',
    widening: 1,
    fields: { size: { type: 'count', min: 2, limit: 2 ** 20, default: 2, doc: 'channels of a group' } },
    make: ({ size }) => groupSort(size),
  },
  cLipSwish: {
    doc: 'lipSwish of x and of −x, side by side',
    widening: 2,
    fields: betaFields,
    make: cLipSwish,
  },
  cRelu: { doc: 'relu of x and of −x, side by side', widening: 2, fields: {}, make: () => cRelu() },
  cSin: {
    doc: 'sin(ωx)/ω and cos(ωx)/ω, side by side',
    widening: 2,
    fields: { frequency: { type: 'number', min: 2 ** -30, max: 2 ** 30, default: 1, doc: 'ω' } },
    make: ({ frequency }) => cSin(frequency),
  },
  identity: { doc: 'x', widening: 1, fields: {}, make: () => identity() },
};

/** All names that {@link activation} takes. */
export const activationNames = /* @__PURE__ */ Object.keys(activations) as readonly ActivationName[];

/**
 * The activation that a name, or a name with options, stands for.
 *
 * @param spec - `'elu'`, `{ kind: 'sin', frequency: 2 }`; see {@link activations} for all of them.
 * @returns The map. The caller owns its variables, if it has any.
 * @throws IResNetError for an unknown name or option, with the nearest known one, and for a value
 * out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { activation } from '@iresnet/lipschitz';
 *
 * const x = tf.tensor2d([[-1, 2]]);
 * activation('relu').apply(x).print(); // [[0, 2]]
 * activation({ kind: 'leakyRelu', alpha: 0.1 }).apply(x).print(); // [[-0.1, 2]]
 * ```
 */
export function activation(spec: ActivationSpec): LipschitzMap {
  return fromSpec('lipschitz.activation', activations, spec);
}

/**
 * How many times the channels of its input an activation gives: 2 for concatenated ones, else 1.
 *
 * @param spec - As of {@link activation}.
 * @throws IResNetError as {@link activation} does.
 *
 * @example
 * ```ts
 * import { activationWidening } from '@iresnet/lipschitz';
 *
 * console.log(activationWidening('elu'), activationWidening('cRelu')); // 1 2
 * ```
 */
export function activationWidening(spec: ActivationSpec): 1 | 2 {
  const { kind } = checkSpec('lipschitz.activation', activations, spec);
  return activations[kind as ActivationName].widening;
}
