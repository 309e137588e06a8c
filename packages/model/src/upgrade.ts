/** Plain JSON of an object. */
type Json = Readonly<Record<string, unknown>>;

/** The new name of each base of the first version. */
const priors: Readonly<Record<string, string>> = { standard: 'standardNormal', learned: 'diagonalNormal' };

/**
 * A configuration that an earlier version wrote, as this version writes it: `prior` becomes
 * `base`, and `{ kind, terms | exactTerms | products, samples }` becomes an estimator with its
 * truncation and its probe. The model is the same to the last bit.
 *
 * A value that needs no change, or is not a configuration, comes back as it is.
 *
 * @param value - A configuration of any version, unchecked.
 *
 * @example
 * ```ts
 * import { upgradeIResNetConfig } from '@iresnet/model';
 *
 * const flow = { logDet: { kind: 'powerSeries', terms: 5, samples: 1 }, prior: 'learned' };
 * console.log(upgradeIResNetConfig({ kind: 'image', flow }));
 * // base: 'diagonalNormal', logDet: { kind: 'powerSeries', truncation: …, probe: … }
 * ```
 */
export function upgradeIResNetConfig(value: unknown): unknown {
  if (!isObject(value) || !isObject(value['flow'])) return value;
  const { prior, ...flow } = value['flow'];
  const base = typeof prior === 'string' && Object.hasOwn(priors, prior) ? { base: priors[prior] } : null;
  const kept = prior === undefined ? {} : (base ?? { prior });
  const logDet = 'logDet' in flow ? { logDet: upgradeLogDet(flow['logDet']) } : {};
  return { ...value, flow: { ...flow, ...logDet, ...kept } };
}

/**
 * An estimator of the first version always had `samples`, and a series its `terms` or
 * `exactTerms`.
 */
function upgradeLogDet(value: unknown): unknown {
  if (!isObject(value) || !('samples' in value)) return value;
  const { kind, terms, exactTerms, samples, ...rest } = value;
  const probe = { kind: 'rademacher', samples };
  switch (kind) {
    case 'powerSeries':
      return { kind, truncation: { kind: 'terms', terms }, probe, ...rest };
    case 'russianRoulette':
      return { kind: 'powerSeries', truncation: { kind, exactTerms }, probe, ...rest };
    case 'arnoldi':
      return { kind, probe, ...rest };
    default:
      return value;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
