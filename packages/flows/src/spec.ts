import type { Bijector, Shape } from '@iresnet/core';
import { fromSpec, type SpecRow } from '@iresnet/core/internal';
import { affine, standardize } from './affine';
import type { BaseDistribution } from './bases/base';
import { componentNames } from './bases/components';
import { mixture, type MixtureOptions } from './bases/mixture';
import { diagonalNormal, standardNormal } from './bases/normal';
import { studentT, type StudentTOptions } from './bases/studentT';
import { logit } from './logit';
import { whiten, type Whitening } from './whiten';

type NoOptions = Readonly<Record<never, never>>;

/** The base distributions by name, each with its options. */
export interface BaseOptions {
  readonly standardNormal: NoOptions;
  readonly diagonalNormal: NoOptions;
  readonly mixture: MixtureOptions;
  readonly studentT: StudentTOptions;
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
  mixture: {
    doc: 'k distributions, trained with their weights: for data in clusters',
    fields: {
      components: { type: 'count', min: 1, max: 1000, default: 8, doc: 'k, how many' },
      component: {
        type: 'choice',
        choices: componentNames,
        default: 'normal',
        doc: 'what each is; box: uniform with soft edges',
      },
      spread: { type: 'number', min: 0, default: 1, doc: 'deviation of their means at the start' },
      seed: { type: 'count', min: 0, default: 0, doc: 'draws the means' },
    },
    make: (options) => (shape) => mixture(shape, options),
  },
  studentT: {
    doc: "Student's t for each value, μ and σ are trained: for heavy tails",
    fields: { freedom: { type: 'count', min: 1, max: 1000, default: 5, doc: 'ν; the fewer, the heavier' } },
    make: (options) => (shape) => studentT(shape, options),
  },
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
  readonly whiten: Whitening;
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
    doc: '(x − mean)/deviation by column or channel',
    fields: {
      mean: { type: 'numbers', doc: 'one value a column' },
      deviation: { type: 'numbers', above: 0, doc: 'one value a column' },
    },
    make: ({ mean, deviation }) => standardize(mean, deviation),
  },
  affine: {
    doc: 'scale · x + shift by column or channel',
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
  whiten: {
    doc: 'A (x − mean): columns without correlation',
    fields: {
      mean: { type: 'numbers', doc: 'one value a column' },
      matrix: { type: 'numbers', doc: 'A, row by row' },
    },
    make: whiten,
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
