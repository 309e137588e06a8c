import type { Bijector } from '@iresnet/core';
import { checkSpec, described, ensure } from '@iresnet/core/internal';
import {
  baseFromSpec,
  bases,
  chain,
  invert,
  linear as linearMap,
  standardize as standardizeBy,
  whiten,
  type MaskedMixtureOptions,
} from '@iresnet/flows';
import { solverFromSpec } from '@iresnet/inversion';
import { branchFromSpec, type BranchSpec } from '@iresnet/lipschitz';
import { logDetBias, logDetFromSpec } from '@iresnet/logdet';
import type { ConditionalDenseFlowOptions } from './conditionalDenseFlow';
import type { DenseFlowOptions } from './denseFlow';
import type { DenseFlowConfig } from './denseFlowConfig';
import type { FlowConfig } from './flowConfig';
import type { FlowOptions } from './flowOptions';
import type { ImageFlowOptions } from './imageFlow';
import type { ImageFlowConfig } from './imageFlowConfig';
import type { MaskedDenseFlowOptions } from './maskedDenseFlow';
import { transformFor } from './transformFor';

/** The parts that the names of a configuration stand for. */
function partsOf(config: FlowConfig, branch: BranchSpec): FlowOptions {
  const { activation, coefficient, actNorm, linear, logDet, solver, base } = config;
  return {
    branch: ({ index, shape, hidden, rng }) =>
      branchFromSpec(branch, {
        shape,
        hidden,
        activation,
        coefficient: coefficient ?? Infinity,
        firstActivation: shape.length > 1 && index > 0,
        rng,
      }),
    actNorm,
    // Of columns it starts as the identity, of channels as a rotation.
    ...(linear && {
      beforeBlock: ({ shape, rng }) =>
        linearMap(shape, shape.length > 1 ? { rotation: rng.split('rotation') } : {}),
    }),
    logDet: logDetFromSpec(logDet),
    logDetBias: (lipschitz, dimension) => logDetBias(logDet, lipschitz, dimension),
    ...(solver && { solver: solverFromSpec(solver) }),
    ...(base && { base: (shape) => baseFromSpec(base, shape) }),
  };
}

/** The options of `denseFlow` that a configuration stands for. */
export function denseOptions(where: string, config: DenseFlowConfig): DenseFlowOptions {
  const { dimension, blocks, hidden, standardize } = config;
  const transform = transformFor(where, config.transform, [dimension], [0]);
  return {
    ...partsOf(config, config.branch ?? 'plain'),
    dimension,
    blocks,
    hidden,
    ...(standardize && { standardize: standardizedBy(where, standardize) }),
    ...(transform && { transform }),
  };
}

/** The options of `conditionalDenseFlow` that a configuration with contexts stands for. */
export function conditionalOptions(
  where: string,
  config: DenseFlowConfig & { readonly contexts: number },
): ConditionalDenseFlowOptions {
  const { branch: _, ...options } = denseOptions(where, config);
  const { contexts, activation, coefficient } = config;
  return { ...options, contexts, activation, coefficient };
}

/** The options of `maskedDenseFlow` that the configuration of a masked flow stands for. */
export function maskedOptions(where: string, config: DenseFlowConfig): MaskedDenseFlowOptions {
  const { dimension, blocks, hidden, logDet, logDetBias, solver, standardize } = denseOptions(where, config);
  const { activation, coefficient, base = 'standardNormal' } = config;
  const { kind, components, spread, seed } = checkSpec(where, bases, base) as {
    readonly kind: string;
  } & MaskedMixtureOptions;
  return {
    dimension,
    activation,
    coefficient: coefficient!,
    blocks: blocks!,
    hidden: hidden!,
    logDet: logDet!,
    logDetBias: logDetBias!,
    ...(solver && { solver }),
    ...(standardize && { standardize }),
    ...(kind === 'mixture' && { mixture: { components, spread, seed } as MaskedMixtureOptions }),
  };
}

/** x ↦ C⁻¹((x − μ)/s). */
function standardizedBy(
  where: string,
  { mean, deviation, factor }: NonNullable<DenseFlowConfig['standardize']>,
): Bijector {
  const columns = standardizeBy(mean, deviation);
  if (!factor) return columns;
  const d = mean.length;
  ensure(
    factor.length === d * d && factor.every((value, k) => k % d <= Math.floor(k / d) || value === 0),
    where,
    () => `expected a lower triangular factor of ${d} × ${d} values, got ${described(factor)}`,
  );
  return chain(columns, invert(whiten({ mean: mean.map(() => 0), matrix: factor })));
}

/** The options of `imageFlow` that a configuration stands for. */
export function imageOptions(where: string, config: ImageFlowConfig): ImageFlowOptions {
  const { shape, scales, initialSqueeze, padding, multiScale, squeezeOrder } = config;
  const transform = transformFor(where, config.transform, shape, [-0.5, 0.5]);
  return {
    ...partsOf(config, config.branch ?? 'bottleneck'),
    shape,
    scales,
    initialSqueeze,
    padding,
    multiScale,
    squeezeOrder,
    ...(transform && { transform }),
  };
}
