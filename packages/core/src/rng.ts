import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { ensure } from './ensure';
import { philox4x32 } from './philox';
import { eventSize, type Shape } from './shape';

/** Everything needed to continue a stream exactly where it stood: plain JSON. */
export interface RngState {
  /** The 64-bit key, two words. */
  readonly key: readonly [number, number];
  /** How many words were drawn. */
  readonly drawn: number;
}

/**
 * A seeded, splittable stream of random numbers, computed on the host by Philox4x32-10.
 *
 * Same seed, same numbers on every backend, bit for bit. Tensors are float32 and belong to the
 * caller.
 */
export interface Rng {
  /** The next 32 random bits. */
  nextUint32(): number;
  /** Uniform in [0, 1) with 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  nextInt(n: number): number;
  /** Standard normal tensor (Box–Muller). */
  normal(shape: Shape): Tensor;
  /** Uniform tensor in [low, high). */
  uniform(shape: Shape, low?: number, high?: number): Tensor;
  /** Tensor of ±1 with equal probability. */
  rademacher(shape: Shape): Tensor;
  /** A random order of 0 … n−1 (Fisher–Yates). */
  permutation(n: number): Uint32Array;
  /**
   * An independent stream named by `label`. It does not advance this one and depends only on this
   * stream's key and the label, so `rng.split(step)` or `rng.split('probes')` give the same stream
   * whatever was drawn before.
   */
  split(label: number | string): Rng;
  /** The state, for an exact resume through {@link restoreRng}. */
  state(): RngState;
}

/** Words drawn from the generator at a time. */
const BLOCK = 1024;

class PhiloxRng implements Rng {
  readonly #words = new Uint32Array(BLOCK);
  #filled = -1;

  constructor(
    readonly key: readonly [number, number],
    public drawn: number,
  ) {}

  nextUint32(): number {
    const block = Math.floor(this.drawn / BLOCK);
    if (block !== this.#filled) {
      const first = (block * BLOCK) / 4;
      for (let i = 0; i < BLOCK / 4; i++) {
        const counter = first + i;
        const high = Math.floor(counter / 2 ** 32);
        philox4x32(counter >>> 0, high, 0, 0, this.key[0], this.key[1], this.#words, 4 * i);
      }
      this.#filled = block;
    }
    return this.#words[this.drawn++ % BLOCK]!;
  }

  next(): number {
    return this.nextUint32() / 2 ** 32;
  }

  nextInt(n: number): number {
    ensure(
      Number.isInteger(n) && n > 0 && n <= 2 ** 32,
      'core.Rng.nextInt',
      () => `expected 1 ≤ n ≤ 2³², got ${n}`,
    );
    // Rejection keeps every integer equally likely.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.nextUint32();
    while (word >= limit) word = this.nextUint32();
    return word % n;
  }

  normal(shape: Shape): Tensor {
    const size = eventSize(shape);
    const values = new Float32Array(size);
    for (let i = 0; i < size; i += 2) {
      // 1 − next() lies in (0, 1]: the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
      const angle = 2 * Math.PI * this.next();
      values[i] = radius * Math.cos(angle);
      if (i + 1 < size) values[i + 1] = radius * Math.sin(angle);
    }
    return tensor(values, [...shape], 'float32');
  }

  uniform(shape: Shape, low = 0, high = 1): Tensor {
    const values = new Float32Array(eventSize(shape));
    // Float32 rounding could reach `high` although 24 random bits do not.
    const largest = Math.max(Math.fround(low), float32Below(high));
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.min(low + (high - low) * ((this.nextUint32() >>> 8) / 2 ** 24), largest);
    }
    return tensor(values, [...shape], 'float32');
  }

  rademacher(shape: Shape): Tensor {
    const values = new Float32Array(eventSize(shape));
    let bits = 0;
    for (let i = 0; i < values.length; i++) {
      if (i % 32 === 0) bits = this.nextUint32();
      values[i] = (bits >>> (i % 32)) & 1 ? 1 : -1;
    }
    return tensor(values, [...shape], 'float32');
  }

  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.nextInt(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  split(label: number | string): Rng {
    // A hash of (key, label) by Philox itself, on counters that no stream reaches (fourth word
    // not 0).
    const words = new Uint32Array(4);
    let key: [number, number] = [this.key[0], this.key[1]];
    for (const code of labelWords(label)) {
      philox4x32(code, typeof label === 'number' ? 1 : 2, 0, 0xffffffff, key[0], key[1], words, 0);
      key = [words[0]!, words[1]!];
    }
    return new PhiloxRng(key, 0);
  }

  state(): RngState {
    return { key: [this.key[0], this.key[1]], drawn: this.drawn };
  }
}

/**
 * A stream of random numbers from a seed.
 *
 * @param seed - An integer in [0, 2⁵³).
 * @throws IResNetError when the seed is no such integer.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 *
 * const rng = createRng(7);
 * const probe = rng.split('probes').rademacher([4, 2]);
 * probe.print();
 * ```
 *
 * @see Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 */
export function createRng(seed: number): Rng {
  ensure(
    Number.isSafeInteger(seed) && seed >= 0,
    'core.createRng',
    () => `expected an integer seed in [0, 2⁵³), got ${seed}`,
  );
  return new PhiloxRng([seed >>> 0, Math.floor(seed / 2 ** 32)], 0);
}

/**
 * Continue a stream from its {@link RngState}.
 *
 * @throws IResNetError when the state is not one that {@link Rng.state} gave.
 *
 * @example
 * ```ts
 * import { createRng, restoreRng } from '@iresnet/core';
 *
 * const rng = createRng(7);
 * rng.next();
 * const copy = restoreRng(JSON.parse(JSON.stringify(rng.state())));
 * console.log(copy.next() === rng.next()); // true
 * ```
 */
export function restoreRng(state: RngState): Rng {
  const { key, drawn } = state;
  const valid = key?.length === 2 && key.every(isWord) && Number.isSafeInteger(drawn) && drawn >= 0;
  ensure(
    valid,
    'core.restoreRng',
    () => `expected { key: two 32-bit words, drawn: a count }, got ${JSON.stringify(state)}`,
  );
  return new PhiloxRng([key[0], key[1]], drawn);
}

function isWord(x: number): boolean {
  return Number.isInteger(x) && x >= 0 && x < 2 ** 32;
}

/** The largest float32 below x. */
function float32Below(x: number): number {
  const value = new Float32Array([x]);
  if (value[0] === 0) return -(2 ** -149);
  // The bits of positive floats are ordered as integers, those of negative floats in reverse.
  new Int32Array(value.buffer)[0]! += value[0]! > 0 ? -1 : 1;
  return value[0]!;
}

function labelWords(label: number | string): number[] {
  if (typeof label === 'string') return [label.length, ...Array.from(label, (c) => c.codePointAt(0)!)];
  ensure(
    Number.isSafeInteger(label) && label >= 0,
    'core.Rng.split',
    () => `expected a label in [0, 2⁵³), got ${label}`,
  );
  return [label >>> 0, Math.floor(label / 2 ** 32)];
}
