import type { DenseFlowConfig } from '@iresnet/model';

/** What a network is given in place of a row x: z = C⁻¹((x − μ)/s), in float64 on the host. */
export interface HostMap {
  /** Mean and deviation of each column. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** z of a row. */
  toModel(row: ArrayLike<number>): Float64Array;
  /** The row of a z. */
  toData(z: ArrayLike<number>): Float64Array;
  /** (x − μ)/s, in deviations of each column: what a person is told of a value. */
  inDeviations(row: ArrayLike<number>): Float64Array;
  /** C v: how far a row moves where z moves by v, in deviations of each column. */
  moved(v: ArrayLike<number>): Float64Array;
  /** ln|∂x/∂z| at a row, nats: ln p(x) is that of z less this. */
  logVolume(row: ArrayLike<number>): number;
  /**
   * A bound of ‖x̃ − x‖₂ for a row x = toData(z) and the x̃ that is computed from a z̃.
   *
   * @param distance - A bound of ‖z̃ − z‖₂.
   */
  dataError(z: ArrayLike<number>, distance: number): number;
}

/** Relative rounding of an operation in float64. */
const UNIT = 2 ** -53;

/** The {@link HostMap} of a standardization. */
export function hostMap({ mean, deviation, factor }: NonNullable<DenseFlowConfig['standardize']>): HostMap {
  const d = mean.length;
  const volume = deviation.reduce((sum, s, i) => sum + Math.log(s * (factor?.[i * (d + 1)] ?? 1)), 0);
  const product = (v: ArrayLike<number>): Float64Array => {
    if (!factor) return Float64Array.from(v);
    return Float64Array.from({ length: d }, (_, i) => {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * v[j]!;
      return sum;
    });
  };
  // ‖diag(s) C‖_F is at least its spectral norm.
  const stretch = factor
    ? Math.hypot(...factor.map((value, k) => value * deviation[Math.floor(k / d)]!))
    : Math.max(...deviation);
  const inDeviations = (row: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: d }, (_, j) => (row[j]! - mean[j]!) / deviation[j]!);
  const toData = (z: ArrayLike<number>): Float64Array =>
    product(z).map((value, j) => value * deviation[j]! + mean[j]!);
  return {
    mean,
    deviation,
    inDeviations,
    moved: product,
    toData,
    logVolume: () => volume,
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
    dataError(z, distance) {
      // Substitution and product leave d roundings of each term of C z; then a product and a sum.
      const terms = factor ? 2 * (d + 2) * UNIT * stretch * Math.hypot(...Array.from(z)) : 0;
      return stretch * distance + terms + 4 * UNIT * Math.hypot(...toData(z));
    },
  };
}
