import { concat, ones, reshape, split, transpose, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { eventSize, type Shape } from '@iresnet/core';
import { ensure, specKind } from '@iresnet/core/internal';
import type { FlowModel } from '../flowModel';
import type { ImageFlowConfig } from '../imageFlowConfig';
import type { ImageIResNet } from '../network';
import { assignOfficialWeight, type Size } from './weight';

/** One place of the model: the tensors that the file must have for it, and what to do with them. */
export interface OfficialPlace {
  /** The official shape of each tensor, by name. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Put the tensors, by the same names, into the model. */
  assign(tensors: Readonly<Record<string, Tensor>>): void;
}

/** Every place of a model that the official code has a tensor for. */
export function officialPlaces({ config, flow, head }: ImageIResNet): readonly OfficialPlace[] {
  const argument = (condition: boolean, what: string) =>
    ensure(condition, 'model.loadOfficialState', () => what);
  const { squeezeOrder, base = 'standardNormal', branch = 'bottleneck' } = config.flow;
  const prior = specKind(base);
  argument(squeezeOrder === 'offset-major', `expected squeezeOrder offset-major, got ${squeezeOrder}`);
  argument(specKind(branch) === 'bottleneck', `expected bottleneck branches, got ${specKind(branch)}`);
  argument(
    prior === 'diagonalNormal' || prior === 'standardNormal',
    `expected the base diagonalNormal or standardNormal, got ${prior}`,
  );
  argument(
    !head || (flow.latents.length === 1 && config.head?.pool === 'average'),
    'expected a head that pools one latent, or none, got another',
  );
  return [
    ...blockPlaces(flow, config.flow),
    ...(prior === 'diagonalNormal' ? [priorPlace(flow)] : []),
    ...(head
      ? [
          plain({ 'bn1.weight': head.params['0.scale']!, 'bn1.bias': head.params['0.offset']! }),
          plain({
            'bn1.running_mean': head.params['0.mean']!,
            'bn1.running_var': head.params['0.variance']!,
          }),
          plain({ 'logits.weight': head.params['kernel']!, 'logits.bias': head.params['bias']! }),
        ]
      : []),
  ];
}

/** Vectors stay as they are, matrices are transposed. */
function plain(variables: Readonly<Record<string, Variable>>): OfficialPlace {
  return {
    shapes: Object.fromEntries(
      Object.entries(variables).map(([name, { shape }]) => [name, [...shape].reverse()]),
    ),
    assign(tensors) {
      for (const [name, variable] of Object.entries(variables))
        variable.assign(transpose(tensors[name]!) as Variable);
    },
  };
}

function priorPlace({ base, latents }: FlowModel): OfficialPlace {
  const { mean, logStd } = base.params as { mean: Variable; logStd: Variable };
  const sizes = latents.map(eventSize);
  const channelsLast = (flat: Tensor): Tensor =>
    concat(
      split(flat, sizes).map((part, i) => {
        const [h, w, c] = latents[i] as readonly [number, number, number];
        return reshape(transpose(reshape(part, [c, h, w]), [1, 2, 0]), [-1]);
      }),
    );
  return {
    shapes: { prior_mu: mean.shape, prior_logstd: logStd.shape },
    assign(tensors) {
      mean.assign(channelsLast(tensors['prior_mu']!) as Variable);
      logStd.assign(channelsLast(tensors['prior_logstd']!) as Variable);
    },
  };
}

function blockPlaces(flow: FlowModel, config: ImageFlowConfig): readonly OfficialPlace[] {
  const { blocks, blockShapes } = flow;
  const normalizations = normalizationsOf(flow);
  return blockNames(config).flatMap(({ prefix, squeezes }, i) => {
    const { params } = blocks[i]!;
    const size = blockShapes[i]!.slice(0, 2) as unknown as Size;
    // With one scale the block squeezes inside, and the official norm is measured at the size
    // before.
    const measured: Size = squeezes && !config.multiScale ? [2 * size[0], 2 * size[1]] : size;
    const convolutions = Object.keys(params).flatMap((name) => /^(\d+)\.kernel$/.exec(name)?.[1] ?? []);
    const places = convolutions.map((position): OfficialPlace => {
      const [kernel, u, v, bias] = ['kernel', 'u', 'v', 'bias'].map(
        (name) => params[`${position}.${name}`]!,
      ) as [Variable, Variable, Variable, Variable];
      const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
      const pixels = kh * kw > 1 ? eventSize(measured) : 1;
      const at = `${prefix}bottleneck_block.${position}.`;
      return {
        shapes: {
          [`${at}weight_orig`]: [outputs, inputs, kh, kw],
          [`${at}weight_u`]: [outputs * pixels],
          [`${at}weight_v`]: [inputs * pixels],
          [`${at}bias`]: [outputs],
        },
        assign(tensors) {
          const of = (name: string): Tensor => tensors[at + name]!;
          const official = { weight: of('weight_orig'), u: of('weight_u'), v: of('weight_v') };
          assignOfficialWeight({ kernel, u, v }, official, config.coefficient, size, measured);
          bias.assign(of('bias') as Variable);
        },
      };
    });
    const normalization = normalizations[i];
    if (!normalization) return places;
    const { logScale, shift, initialized } = normalization;
    const names = { [`${prefix}actnorm._log_scale`]: logScale, [`${prefix}actnorm._shift`]: shift };
    const { shapes, assign } = plain(names);
    return [
      ...places,
      {
        shapes,
        assign(tensors) {
          assign(tensors);
          initialized.assign(reshape(ones([1]), []) as Variable);
        },
      },
    ];
  });
}

/** The variables of each ActNorm, first to last. */
function normalizationsOf({ params }: FlowModel) {
  return Object.entries(params).flatMap(([key, logScale]) => {
    if (!key.endsWith('.logScale')) return [];
    const at = key.slice(0, -'logScale'.length);
    return [{ logScale, shift: params[`${at}shift`]!, initialized: params[`${at}initialized`]! }];
  });
}

/** The official name of each block, first to last, and whether a squeeze comes right before it. */
function blockNames({
  scales,
  multiScale,
}: ImageFlowConfig): readonly { prefix: string; squeezes: boolean }[] {
  let total = 0;
  return scales.flatMap(({ blocks, squeeze }, scale) =>
    Array.from({ length: blocks }, (_, i) => ({
      prefix: multiScale ? `stack.${scale}.stack.${i}.` : `stack.${total++}.`,
      squeezes: squeeze && i === 0,
    })),
  );
}
