import { engine } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '@iresnet/checkpoint';
import { createRng, eventSize, type Rng, type Shape } from '@iresnet/core';
import { iResNet, type IResNet, type IResNetConfig } from '@iresnet/model';

/**
 * Numbers that a small network may hold beyond those of its file: then `assign` lists all that
 * differs.
 */
const SLACK = 2 ** 16;

/**
 * Build the network of a configuration, unless it is far larger than the tensors that belong to it:
 * a file of 3 kB must not cost gigabytes.
 *
 * @throws Error that says so; nothing of the network is left.
 */
export function buildWithin(config: IResNetConfig, tensors: NamedTensors): IResNet {
  let values = 0;
  for (const { data } of tensors.values()) values += data.length;
  const most = 2 * values + SLACK;
  const refuse = (): Error => new Error(`a network of more than the ${values} values that they hold`);
  // A block has several tensors.
  if (blocksOf(config) > tensors.size || undrawn(config) > most) throw refuse();
  const before = new Set(Object.values(engine().registeredVariables));
  try {
    return iResNet(config, boundedRng(createRng(0), most, refuse));
  } catch (error) {
    for (const variable of Object.values(engine().registeredVariables))
      if (!before.has(variable)) variable.dispose();
    throw error;
  }
}

function blocksOf({ kind, flow }: IResNetConfig): number {
  return kind === 'dense' ? flow.blocks : flow.scales.reduce((sum, { blocks }) => sum + blocks, 0);
}

/** Values that start without a draw, and that no width of a layer bounds. */
function undrawn({ kind, flow }: IResNetConfig): number {
  const { base } = flow;
  const components = typeof base === 'object' && 'components' in base ? (base.components ?? 1) : 1;
  if (kind === 'image') return components * eventSize(flow.shape);
  const matrices = flow.linear ? flow.blocks * flow.dimension ** 2 : 0;
  return components * flow.dimension + matrices;
}

/**
 * A stream that refuses to draw more than `most` numbers, those of its parts included. A network
 * draws its start weights layer by layer, so one that is larger than expected ends before it takes
 * memory.
 *
 * @param refuse - Says what is wrong.
 */
function boundedRng(rng: Rng, most: number, refuse: () => Error): Rng {
  let left = most;
  const spend = (count: number): void => {
    left -= count;
    if (!(left >= 0)) throw refuse();
  };
  const bounded = (stream: Rng): Rng => {
    const tensor =
      <A extends unknown[], T>(draw: (shape: Shape, ...rest: A) => T) =>
      (shape: Shape, ...rest: A): T => {
        spend(eventSize(shape));
        return draw(shape, ...rest);
      };
    const one =
      <A extends unknown[], T>(draw: (...args: A) => T) =>
      (...args: A): T => {
        spend(1);
        return draw(...args);
      };
    return {
      nextUint32: one(() => stream.nextUint32()),
      next: one(() => stream.next()),
      nextInt: one((n) => stream.nextInt(n)),
      normal: tensor((shape) => stream.normal(shape)),
      uniform: tensor((shape, low?: number, high?: number) => stream.uniform(shape, low, high)),
      rademacher: tensor((shape) => stream.rademacher(shape)),
      permutation(n) {
        spend(n);
        return stream.permutation(n);
      },
      split: (label) => bounded(stream.split(label)),
      state: () => stream.state(),
    };
  };
  return bounded(rng);
}
