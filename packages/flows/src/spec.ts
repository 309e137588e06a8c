import type { Bijector, Shape } from '@iresnet/core';
import { fromSpec, type SpecRow } from '@iresnet/core/internal';
import { affine, standardize } from './affine';
import { diagonalNormal, standardNormal, type BaseDistribution } from './base';
import { logit } from './logit';

type NoOptions = Readonly<Record<never, never>>;

/** The base distributions by name, each with its options. */
export interface BaseOptions {
  readonly standardNormal: NoOptions;
  readonly diagonalNormal: NoOptions;
}

/** The name of a base distribution. */
export type BaseName = keyof BaseOptions;

/** A base distribution as plain JSON: a name, or `{ kind }` with options. */
export type BaseSpec =
  BaseName | { readonly [K in BaseName]: { readonly kind: K } & BaseOptions[K] }[BaseName];

type BaseFactory = (shape: Shape) => BaseDistribution;

/**
 * Every base distribution that a configuration can name. A row makes a function of the event shape.
 */
export const bases: { readonly [K in BaseName]: SpecRow<BaseFactory, BaseOptions[K]> } = {
  standardNormal: { doc: 'N(0, I)', fields: {}, make: () => standardNormal },
  diagonalNormal: { doc: 'N(μ, diag σ²), μ and σ are trained', fields: {}, make: () => diagonalNormal },
};

/**
 * The base distribution that a name stands for.
 *
 * @param spec - `'standardNormal'`, `{ kind: 'diagonalNormal' }`; see {@link bases} for all of
 * them.
 * @param shape - Event shape of the latent z.
 * @throws IResNetError for an unknown name or option, with the nearest known one.
 *
 * @example
 * ```ts
 * import { baseFromSpec } from '@iresnet/flows';
 *
 * console.log(Object.keys(baseFromSpec('diagonalNormal', [2]).params)); // [ 'mean', 'logStd' ]
 * ```
 */
export function baseFromSpec(spec: BaseSpec, shape: Shape): BaseDistribution {
  return fromSpec<BaseFactory>('flows.baseFromSpec', bases, spec)(shape);
}

/** The transforms of the input by name, each with its options. */
export interface TransformOptions {
  readonly none: NoOptions;
  readonly standardize: {
    /** One value a column. */
    readonly mean: readonly number[];
    /** One value a column, all > 0. */
    readonly deviation: readonly number[];
  };
  readonly affine: {
    /** One value a column, none 0. */
    readonly scale: readonly number[];
    /** One value a column. */
    readonly shift: readonly number[];
  };
  readonly logit: {
    /** α in (0, ½). */
    readonly alpha?: number;
    /** The least value of a pixel. */
    readonly low?: number;
  };
}

/** The name of a transform of the input. */
export type TransformName = keyof TransformOptions;

/** A transform of the input as plain JSON: `'none'`, `{ kind: 'logit', alpha: 0.05 }`. */
export type TransformSpec =
  | 'none'
  | 'logit'
  | { readonly [K in TransformName]: { readonly kind: K } & TransformOptions[K] }[TransformName];

/** Every transform of the input that a configuration can name. The row `none` makes null. */
export const transforms: { readonly [K in TransformName]: SpecRow<Bijector | null, TransformOptions[K]> } = {
  none: { doc: 'the data as they are', fields: {}, make: () => null },
  standardize: {
    doc: '(x − mean)/deviation, column by column',
    fields: {
      mean: { type: 'numbers', doc: 'one value a column' },
      deviation: { type: 'numbers', above: 0, doc: 'one value a column' },
    },
    make: ({ mean, deviation }) => standardize(mean, deviation),
  },
  affine: {
    doc: 'scale · x + shift, column by column',
    fields: {
      scale: { type: 'numbers', doc: 'one value a column, none 0' },
      shift: { type: 'numbers', doc: 'one value a column' },
    },
    make: ({ scale, shift }) => affine(scale, shift),
  },
  logit: {
    doc: 'logit(α + (1 − 2α)(x − low)): pixels to all of ℝ',
    fields: {
      alpha: {
        type: 'number',
        above: 0,
        below: 0.5,
        default: 0.05,
        doc: 'α, how far the edges are moved in',
      },
      low: { type: 'number', default: 0, doc: 'least value of a pixel; the largest is 1 more' },
    },
    make: ({ alpha, low }) => logit(alpha, low),
  },
};

/**
 * The transform of the input that a spec stands for.
 *
 * @param spec - `'none'`, `{ kind: 'logit', alpha: 0.05 }`; see {@link transforms} for all of them.
 * @returns The first part of a chain; null for `'none'`, where there is nothing to do.
 * @throws IResNetError for an unknown name or option, with the nearest known one, and for a value
 * out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { transformFromSpec } from '@iresnet/flows';
 *
 * const columns = transformFromSpec({ kind: 'standardize', mean: [10], deviation: [2] });
 * columns?.forward(tf.tensor2d([[14]])).print(); // [[2]]
 * ```
 */
export function transformFromSpec(spec: TransformSpec): Bijector | null {
  return fromSpec<Bijector | null>('flows.transformFromSpec', transforms, spec);
}
