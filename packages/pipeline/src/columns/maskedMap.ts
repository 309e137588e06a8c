import type { DenseFlowConfig } from '@iresnet/model';
import { conditioning, whitened } from './conditioning';
import type { HostMap } from './hostMap';
import type { Roles } from './roles';
import { tempered } from './given';

/**
 * What a masked network gets in place of a row, in float64 on the host.
 *
 * With u = (t(x) − μ)/s the columns that are asked for become z = L⁻¹(u_A − E[u_A | u_O]), with L
 * Lᵀ their covariance given the known ones, both of the normal distribution with the correlations
 * of the training rows. So a network that does nothing is that Gaussian, with all of its marginals
 * and conditionals. All other columns of z are 0.
 */
export interface MaskedMap {
  /**
   * z, and behind it the context `[o ⊙ u, o, 1 − m]`, `[4 d]`.
   *
   * @param u - A row in deviations. Missing values may be NaN.
   */
  toModel(u: ArrayLike<number>, roles: Roles): Float64Array;
  /** A row whose columns that were asked for are those of a z; the others stay. */
  toData(z: ArrayLike<number>, row: ArrayLike<number>, roles: Roles): Float64Array;
  /** ln|∂x_A/∂z_A| at a row, nats: ln p(x_A | x_O) is that of z less this. */
  logVolume(row: ArrayLike<number>, roles: Roles): number;
}

/** The {@link MaskedMap} of a standardization behind the transforms of a host map. */
export function maskedMap(
  { transforms, inDeviations }: Pick<HostMap, 'transforms' | 'inDeviations'>,
  { mean, deviation, factor }: NonNullable<DenseFlowConfig['standardize']>,
): MaskedMap {
  const d = mean.length;
  const patternOf = conditioning(factor ? correlationsOf(factor, d) : null);
  return {
    toModel(u, roles) {
      const pattern = patternOf(roles);
      const y = whitened(pattern, u, pattern.order.length);
      const all = new Float64Array(4 * d).fill(1, 3 * d);
      pattern.order.forEach((j, i) => {
        if (i >= pattern.known) {
          all[j] = y[i]!;
          all[3 * d + j] = 0;
        } else {
          all[d + j] = tempered(u[j]!);
          all[2 * d + j] = 1;
        }
      });
      return all;
    },
    toData(z, row, roles) {
      const pattern = patternOf(roles);
      const y = whitened(pattern, inDeviations(row), pattern.known);
      const found = Float64Array.from(row);
      pattern.order.forEach((j, i) => {
        if (i < pattern.known) return;
        y[i] = z[j]!;
        const u = pattern.factor[i]!.reduce((sum, l, k) => sum + l * y[k]!, 0);
        found[j] = transforms[j]!.inverse(u * deviation[j]! + mean[j]!);
      });
      return found;
    },
    logVolume(row, roles) {
      const { order, known, factor: l } = patternOf(roles);
      let sum = 0;
      for (let i = known; i < order.length; i++) {
        const j = order[i]!;
        sum += Math.log(l[i]![i]! * deviation[j]!) - transforms[j]!.logSlope(row[j]!);
      }
      return sum;
    },
  };
}

/** C Cᵀ, row by row up to the diagonal. */
function correlationsOf(factor: readonly number[], d: number): Float64Array[] {
  return Array.from({ length: d }, (_, i) =>
    Float64Array.from({ length: i + 1 }, (__, j) => {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += factor[i * d + k]! * factor[j * d + k]!;
      return sum;
    }),
  );
}
