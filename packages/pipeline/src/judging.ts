import { addN, dispose, keep, sqrt, square, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, eventSize, restoreRng, type Rng, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { arnoldi, exact, type Probe } from '@iresnet/logdet';
import type { IResNet } from '@iresnet/model';
import { atRows } from './atRows';
import { joinedKey, type Key } from './contentKey';

/** Values of an example up to which its density is exact: d products and a d × d determinant. */
const EXACT = 128;
/**
 * Products of Arnoldi's method for larger examples; with 8 the bias is below 1e-5 bits a dimension.
 */
const PRODUCTS = 8;
/** Values of all probes of an example together: 16 probes for 129 values, 4 from 512 values on. */
const PROBE_VALUES = 2048;
const PROBES = { least: 4, most: 16 };
/** Numbers in the largest tensor of a batch: 8 MB. */
const NUMBERS = 2 ** 21;
/**
 * Numbers of all probes of one example, at most: some ten tensors of that size must fit into
 * memory.
 */
const MOST = 2 ** 23;
/** Examples on the device at a time, at most. */
export const PIECE = { table: 1024, images: 128 } as const;

/** What {@link judge} finds of a batch. The caller owns the tensors. */
export type Judged = {
  /** F(x), `[B, d]`. */
  readonly z: Tensor;
  /** ln p(x), `[B]`, nats. */
  readonly logProb: Tensor;
  /** Of `logProb`, by its probes, `[B]`, nats; absent for one probe, and where nothing is drawn. */
  readonly standardError?: Tensor;
};

/** How the densities of a model are judged. */
export interface Judge {
  /** Whether the log-determinant is exact. */
  readonly exact: boolean;
  /** Whether there is a standard error. */
  readonly measured: boolean;
  /** Examples of a batch at most, so that memory is bounded. */
  readonly size: number;
  /**
   * Judge a batch, which has the contexts of its rows behind their columns where the model takes
   * some.
   *
   * @param keys - One for each example: its probes go with it, and with nothing else.
   */
  judge(x: Tensor, keys: readonly Key[]): Judged;
}

/**
 * The density that a model is judged with, over the same variables. Training may use a cheaper
 * estimate.
 *
 * Up to 128 values the log-determinant is exact. Beyond, it is Arnoldi's method with 8 products and
 * 4 to 16 probes, drawn for each example from its key. So a score is a function of model and
 * example: the same in any order, batch or piece.
 *
 * @param seed - Of the probes.
 * @param probes - How many; by default as many as the size of an example asks for.
 * @throws IResNetError for more probes than memory holds.
 */
export function judging(model: IResNet, seed: number, probes?: number): Judge {
  const { flow } = model;
  const sizes = flow.blockShapes.map(eventSize);
  const d = Math.max(...sizes);
  const width = model.kind === 'dense' ? Math.max(d, ...model.config.flow.hidden) : 8 * d;
  const unused = createRng(0);
  if (d <= EXACT) {
    const judged = flow.withLogDet(exact(), () => 0);
    return {
      exact: true,
      measured: false,
      size: sizeOf(d * width),
      judge(batch) {
        const { piece, x } = atRows(judged, batch);
        return piece.encodeAndLogProb(x, unused);
      },
    };
  }
  const samples = probes ?? Math.min(PROBES.most, Math.max(PROBES.least, Math.round(PROBE_VALUES / d)));
  const most = Math.floor(MOST / width);
  ensure(
    probes === undefined || probes <= Math.max(PROBES.least, most),
    'pipeline.score',
    () => `expected at most ${most} probes for examples of ${d} values, got ${samples}`,
  );
  let keys: readonly Key[] = [];
  const variances: Tensor[] = [];
  const estimate = arnoldi({
    products: Math.min(PRODUCTS, ...sizes),
    probe: keyedRademacher(samples, () => keys),
  });
  const measured = samples > 1;
  const judged = flow.withLogDet((a, shape, rng) => {
    if (!measured) return estimate(a, shape, rng);
    const { logDet, standardError } = estimate.withError!(a, shape, rng);
    variances.push(keep(square(standardError)));
    return logDet;
  });
  const stream = createRng(seed).split('probes');
  return {
    exact: false,
    measured,
    size: sizeOf(samples * width),
    judge(batch, given) {
      keys = given;
      try {
        const { piece, x } = atRows(judged, batch);
        const found = piece.encodeAndLogProb(x, stream);
        // The probes of two blocks are independent, so that their variances add up.
        return measured ? { ...found, standardError: sqrt(addN(variances)) } : found;
      } finally {
        dispose(variances.splice(0));
      }
    },
  };
}

function sizeOf(numbersPerExample: number): number {
  return Math.max(1, Math.floor(NUMBERS / numbersPerExample));
}

/**
 * Signs ±1 for each example from its key and that of the stream, which differs from block to block.
 */
function keyedRademacher(samples: number, keys: () => readonly Key[]): Probe {
  return (shape: Shape, rng: Rng) => {
    const [batch, ...event] = shape as readonly [number, ...number[]];
    const d = eventSize(event);
    const values = new Float32Array(samples * batch * d);
    const block = rng.state().key;
    keys().forEach((key, b) => {
      const bits = restoreRng({ key: joinedKey(key, block), drawn: 0 });
      for (let s = 0; s < samples; s++) {
        const at = (s * batch + b) * d;
        let word = 0;
        for (let j = 0; j < d; j++) {
          if (j % 32 === 0) word = bits.nextUint32();
          values[at + j] = (word >>> (j % 32)) & 1 ? 1 : -1;
        }
      }
    });
    return { vectors: tensor(values, [samples, ...shape]), weight: 1 / samples };
  };
}
