import type { DenseFlowConfig } from '@iresnet/model';
import { identity, type ColumnTransform } from './columnTransform';
import { columnTransform, type ColumnTransformSpec } from './specs';

/**
 * What a network is given in place of a row x: z = C⁻¹((t(x) − μ)/s) with the transforms t of the
 * columns, in float64 on the host.
 */
export interface HostMap {
  /** The transform of each column. */
  readonly transforms: readonly ColumnTransform[];
  /** z of a row. A value outside the support of its column gives one that is not finite. */
  toModel(row: ArrayLike<number>): Float64Array;
  /** The row of a z. */
  toData(z: ArrayLike<number>): Float64Array;
  /** (t(x) − μ)/s, in deviations of each transformed column: what a person is told of a value. */
  inDeviations(row: ArrayLike<number>): Float64Array;
  /** C v: how far a row moves where z moves by v, in deviations of each transformed column. */
  moved(v: ArrayLike<number>): Float64Array;
  /** ln|det diag(s) C|, nats. */
  readonly volume: number;
  /** Σ ln t′(x), nats. */
  logSlope(row: ArrayLike<number>): number;
  /** ln|∂x/∂z| at a row, nats: ln p(x) is that of z less this. */
  logVolume(row: ArrayLike<number>): number;
  /** |x̃ − x| in each column, where z of x was moved by v. */
  difference(row: ArrayLike<number>, z: ArrayLike<number>, v: ArrayLike<number>): Float64Array;
  /**
   * A bound of ‖x̃ − x‖₂ for a row x with z = toModel(x) and the x̃ that is computed from any z̃
   * within `distance` of z, with the rounding of both ways. The slopes of t⁻¹ over all that z̃ can
   * be count.
   */
  errorBound(row: ArrayLike<number>, z: ArrayLike<number>, distance: number): number;
  /** What one deviation is in the units of column j, near x. */
  unit(x: number, j: number): number;
}

/** Relative rounding of an operation in float64. */
const UNIT = 2 ** -53;
/** That of a transform, with room for its few operations. */
const TRANSFORM = 32 * UNIT;

/** The {@link HostMap} of a standardization behind transforms of the columns, if there are some. */
export function hostMap(
  { mean, deviation, factor }: NonNullable<DenseFlowConfig['standardize']>,
  specs?: readonly ColumnTransformSpec[],
): HostMap {
  const d = mean.length;
  const transforms = mean.map((_, j) => (specs ? columnTransform(specs[j]!) : identity));
  const curved = transforms.some((t) => t !== identity);
  const volume = deviation.reduce((sum, s, i) => sum + Math.log(s * (factor?.[i * (d + 1)] ?? 1)), 0);
  const moved = (v: ArrayLike<number>): Float64Array => {
    if (!factor) return Float64Array.from(v);
    return Float64Array.from({ length: d }, (_, i) => {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * v[j]!;
      return sum;
    });
  };
  /** Of each transformed column, how far it moves where z moves by 1. */
  const stretch = deviation.map((s, i) => (factor ? s * Math.hypot(...factor.slice(i * d, (i + 1) * d)) : s));
  const inDeviations = (row: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: d }, (_, j) => (transforms[j]!.forward(row[j]!) - mean[j]!) / deviation[j]!);
  const transformed = (z: ArrayLike<number>): Float64Array =>
    moved(z).map((value, j) => value * deviation[j]! + mean[j]!);
  const toData = (z: ArrayLike<number>): Float64Array =>
    transformed(z).map((y, j) => transforms[j]!.inverse(y));
  const logSlope = (row: ArrayLike<number>): number =>
    curved ? transforms.reduce((sum, t, j) => sum + t.logSlope(row[j]!), 0) : 0;
  return {
    transforms,
    inDeviations,
    moved,
    toData,
    volume,
    logSlope,
    logVolume: (row) => volume - logSlope(row),
    toModel(row) {
      const z = inDeviations(row);
      if (!factor) return z;
      for (let i = 0; i < d; i++) {
        let rest = z[i]!;
        for (let j = 0; j < i; j++) rest -= factor[i * d + j]! * z[j]!;
        z[i] = rest / factor[i * (d + 1)]!;
      }
      return z;
    },
    difference(row, z, v) {
      const steps = moved(v).map((value, j) => Math.abs(value) * deviation[j]!);
      if (!curved) return steps;
      // A step of a column that stays as it is has more digits than the difference of two values.
      const far = toData(Float64Array.from(z, (value, j) => value + v[j]!));
      return steps.map((step, j) => (transforms[j] === identity ? step : Math.abs(far[j]! - row[j]!)));
    },
    errorBound(row, z, distance) {
      const length = Math.hypot(...Array.from(z));
      const y = transformed(z);
      const errors = transforms.map((t, j) => {
        // Substitution and product leave d roundings of each term of C z.
        const terms = factor ? 2 * (d + 2) * UNIT * stretch[j]! * length : 0;
        const own = t === identity ? 0 : TRANSFORM * (1 + Math.abs(y[j]!) + Math.abs(mean[j]!));
        const reach = stretch[j]! * distance + terms + own;
        const slope = t.inverseSlope(y[j]! - reach, y[j]! + reach);
        // Then a product and a sum.
        return { linear: slope * stretch[j]!, rest: slope * (terms + own) + 4 * UNIT * Math.abs(row[j]!) };
      });
      // ‖diag(t⁻¹′ s) C‖_F is at least its spectral norm, which without C is the largest entry.
      const linear = errors.map((error) => error.linear);
      const norm = factor ? Math.hypot(...linear) : Math.max(...linear);
      return norm * distance + Math.hypot(...errors.map((error) => error.rest));
    },
    unit: (x, j) => deviation[j]! * Math.exp(-transforms[j]!.logSlope(x)),
  };
}
