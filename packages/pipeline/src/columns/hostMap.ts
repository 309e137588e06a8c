import type { DenseFlowConfig } from '@iresnet/model';
import { identity, type ColumnTransform } from './columnTransform';
import type { Moves } from './moves';
import { columnTransform, type ColumnTransformSpec } from './specs';

/**
 * What a network is given in place of a row x: z = C⁻¹((t(x) − m − μ)/s) with the transforms t of
 * the columns and the moves m by their categories, in float64 on the host.
 */
export interface HostMap {
  /** The transform of each column. */
  readonly transforms: readonly ColumnTransform[];
  /** z of a row. A value outside the support of its column gives one that is not finite. */
  toModel(row: ArrayLike<number>): Float64Array;
  /** The row of a z. */
  toData(z: ArrayLike<number>): Float64Array;
  /** The row of t(x) − m. */
  fromTransformed(y: ArrayLike<number>): Float64Array;
  /** (t(x) − m − μ)/s, in deviations of each transformed column: what a person is told. */
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

/**
 * The {@link HostMap} of a standardization behind transforms of the columns and moves, if there are
 * some.
 */
export function hostMap(
  { mean, deviation, factor }: NonNullable<DenseFlowConfig['standardize']>,
  specs?: readonly ColumnTransformSpec[],
  moves: Moves | null = null,
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
  const inDeviations = (row: ArrayLike<number>): Float64Array => {
    const move = moves?.of(row);
    return Float64Array.from(
      { length: d },
      (_, j) => (transforms[j]!.forward(row[j]!) - (move?.[j] ?? 0) - mean[j]!) / deviation[j]!,
    );
  };
  /** t(x) of t(x) − m: no category is moved, so they are known first. */
  const unmoved = (y: ArrayLike<number>): Float64Array => {
    const all = Float64Array.from(y);
    if (!moves) return all;
    const row = new Float64Array(d);
    for (const j of moves.categories) row[j] = transforms[j]!.inverse(y[j]!);
    const move = moves.of(row);
    for (const j of moves.moved) all[j]! += move[j]!;
    return all;
  };
  const transformed = (z: ArrayLike<number>): Float64Array =>
    moved(z).map((value, j) => value * deviation[j]! + mean[j]!);
  const fromTransformed = (y: ArrayLike<number>): Float64Array =>
    unmoved(y).map((value, j) => transforms[j]!.inverse(value));
  const toData = (z: ArrayLike<number>): Float64Array => fromTransformed(transformed(z));
  const logSlope = (row: ArrayLike<number>): number =>
    curved ? transforms.reduce((sum, t, j) => sum + t.logSlope(row[j]!), 0) : 0;
  return {
    transforms,
    inDeviations,
    moved,
    toData,
    fromTransformed,
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
      const jumps = moves?.most;
      return steps.map((step, j) =>
        transforms[j] === identity && !jumps?.(j, row, far, far) ? step : Math.abs(far[j]! - row[j]!),
      );
    },
    errorBound(row, z, distance) {
      const length = Math.hypot(...Array.from(z));
      const y = unmoved(transformed(z));
      const move = moves?.of(row);
      const reached = transforms.map((t, j) => {
        // Substitution and product leave d roundings of each term of C z.
        const terms = factor ? 2 * (d + 2) * UNIT * stretch[j]! * length : 0;
        const as = t === identity && !move?.[j];
        const own = as
          ? 0
          : TRANSFORM * (1 + Math.abs(y[j]!) + Math.abs(mean[j]!) + Math.abs(move?.[j] ?? 0));
        return { rounding: terms + own, reach: stretch[j]! * distance + terms + own };
      });
      // Within reach a category may be another one, which moves the columns otherwise.
      const ends = [-1, 1].map((sign) =>
        reached.map(({ reach }, j) => transforms[j]!.inverse(y[j]! + sign * reach)),
      );
      const errors = transforms.map((t, j) => {
        const { rounding, reach } = reached[j]!;
        const jump = moves?.most(j, row, ends[0]!, ends[1]!) ?? 0;
        const slope = t.inverseSlope(y[j]! - reach - jump, y[j]! + reach + jump);
        // Then a product and a sum.
        const rest = slope * (rounding + jump) + 4 * UNIT * Math.abs(row[j]!);
        return { linear: slope * stretch[j]!, rest };
      });
      // ‖diag(t⁻¹′ s) C‖_F is at least its spectral norm, which without C is the largest entry.
      const linear = errors.map((error) => error.linear);
      const norm = factor ? Math.hypot(...linear) : Math.max(...linear);
      return norm * distance + Math.hypot(...errors.map((error) => error.rest));
    },
    unit: (x, j) => deviation[j]! * Math.exp(-transforms[j]!.logSlope(x)),
  };
}
