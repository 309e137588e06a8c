import type { Shape } from '@iresnet/core';

/** A tensor on the host, row-major, as `parseSafetensors` of `@iresnet/checkpoint` reads it. */
export interface OfficialTensor {
  readonly shape: Shape;
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** The state_dict of an official i-ResNet: tensors by their PyTorch names. */
export type OfficialTensors = ReadonlyMap<string, OfficialTensor>;

/** `torch.nn.DataParallel` puts this before every name. */
const DATA_PARALLEL = 'module.';

/** The tensors by the names that the network itself gives them. */
export function withoutDataParallel(tensors: OfficialTensors): OfficialTensors {
  const names = [...tensors.keys()];
  if (!names.every((name) => name.startsWith(DATA_PARALLEL))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(DATA_PARALLEL.length), tensor]));
}

/** A residual block of an official state. */
export interface OfficialBlock {
  /** `stack.N.` with one scale, `stack.N.stack.M.` with several. */
  readonly prefix: string;
  /** N of `stack.N.stack.M.`, 0 with one scale. */
  readonly scale: number;
  /** Channels that the block works on. */
  readonly channels: number;
  /** Channels between its convolutions. */
  readonly hidden: number;
  /**
   * Pixels of the images that the norms of its 3×3 convolutions were measured on; NaN without
   * vectors.
   */
  readonly pixels: number;
}

const FIRST_WEIGHT = /^(stack\.(\d+)\.(?:stack\.(\d+)\.)?)bottleneck_block\.[01]\.weight_orig$/;

/** The residual blocks of a state, first to last. */
export function officialBlocks(tensors: OfficialTensors): readonly OfficialBlock[] {
  return [...tensors]
    .flatMap(([name, { shape }]) => {
      const [, prefix, n, m] = FIRST_WEIGHT.exec(name) ?? [];
      if (prefix === undefined || shape.length !== 4) return [];
      const [hidden, channels] = shape as readonly [number, number];
      const vector = tensors.get(name.replace(/orig$/, 'v'))?.shape[0] ?? NaN;
      const [scale, block] = m === undefined ? [0, Number(n)] : [Number(n), Number(m)];
      return [{ prefix, scale, block, channels, hidden, pixels: vector / channels }];
    })
    .sort((a, b) => a.scale - b.scale || a.block - b.block);
}
