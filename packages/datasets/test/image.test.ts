import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import {
  digitImages,
  digits,
  imageBatch,
  randomCrop,
  randomFlip,
  reduceBits,
  splitImages,
  takeImages,
  uniformDequantize,
} from '../src/index';
import type { ImageSet } from '../src/index';
import { failure } from './failure';

/** Every pixel value of the set is another, as far as bytes go. */
function numbered(count: number, shape: ImageSet['shape']): ImageSet {
  const size = shape[0] * shape[1] * shape[2];
  return {
    count,
    shape,
    images: Uint8Array.from({ length: count * size }, (_, i) => (i % 255) + 1),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    classes: ['a', 'b', 'c'],
  };
}

/** The number of tensors that `f` leaves alive. */
function left(f: () => unknown): number {
  const before = tf.memory().numTensors;
  f();
  return tf.memory().numTensors - before;
}

describe('takeImages and imageBatch', () => {
  const set = numbered(4, [2, 1, 3]);

  it('take images in the order of the indices, labels with them', () => {
    const taken = takeImages(set, [3, 0, 3]);
    expect(taken).toMatchObject({ count: 3, shape: [2, 1, 3], classes: set.classes });
    expect([...taken.images]).toEqual([19, 20, 21, 22, 23, 24, 1, 2, 3, 4, 5, 6, 19, 20, 21, 22, 23, 24]);
    expect([...taken.labels]).toEqual([0, 0, 0]);
    expect([...takeImages(set, Uint32Array.of(2)).labels]).toEqual([2]);
    expect(takeImages(set, []).images.length).toBe(0);
  });

  it('give k/256, exactly', () => {
    const x = imageBatch(set, [1]);
    expect(x.shape).toEqual([1, 2, 1, 3]);
    expect([...x.dataSync()]).toEqual([7, 8, 9, 10, 11, 12].map((k) => k / 256));
    expect([...imageBatch(set).dataSync()]).toEqual([...set.images].map((k) => k / 256));
    expect(imageBatch(set, []).shape).toEqual([0, 2, 1, 3]);
    expect(left(() => imageBatch(set))).toBe(1);
  });

  it('refuse what is no index', () => {
    for (const index of [-1, 4, 0.5, NaN]) {
      expect(failure('argument', () => imageBatch(set, [0, index]))).toMatch(
        /imageBatch: .*got .* at position 1$/,
      );
      expect(failure('argument', () => takeImages(set, [0, index]))).toMatch(
        /takeImages: .*got .* at position 1$/,
      );
    }
  });
});

describe('uniformDequantize', () => {
  it.each([1, 3, 5, 8, 12, 16])(
    'stays in the cell of %i bits and below 1, also at the largest noise',
    (bits) => {
      const cells = 2 ** bits;
      const k = Array.from({ length: 512 }, (_, i) => Math.floor((i * cells) / 512) % cells);
      k.push(cells - 1);
      const x = tf.tensor1d(k.map((value) => value / cells));
      // All ones are the largest noise there is: a generator that knows nothing else.
      const largest = Object.assign(createRng(0), { nextUint32: () => 2 ** 32 - 1 });
      for (const rng of [createRng(3), largest]) {
        const y = [...uniformDequantize(x, rng, cells).dataSync()];
        y.forEach((value, i) => {
          expect(Math.floor(value * cells)).toBe(k[i]);
          expect(value).toBeLessThan(1);
        });
      }
    },
  );

  it.each([3, 10, 17, 255, 65535])('stays in the cell of %i levels, whose k/L is rounded', (levels) => {
    const k = Array.from({ length: levels }, (_, i) => i);
    const x = tf.tensor1d(k.map((value) => value / levels));
    const largest = Object.assign(createRng(0), { nextUint32: () => 2 ** 32 - 1 });
    const least = Object.assign(createRng(0), { nextUint32: () => 0 });
    for (const rng of [createRng(3), largest, least]) {
      const y = [...uniformDequantize(x, rng, levels).dataSync()];
      expect(y.map((value) => Math.floor(value * levels))).toEqual(k);
      expect(Math.max(...y.slice(-1))).toBeLessThan(1);
    }
  });

  it('is the multiple of 2⁻²⁴ that the words of the generator say', () => {
    const rng = createRng(5);
    const words = Array.from({ length: 6 }, () => rng.nextUint32());
    const y = uniformDequantize(tf.fill([2, 3], 0.5), createRng(5));
    expect(y.shape).toEqual([2, 3]);
    expect([...y.dataSync()]).toEqual(words.map((word) => 0.5 + Math.floor(word / 2 ** 16) / 2 ** 24));
  });

  it('fills the cell evenly', () => {
    // Mean 1/2 and variance 1/12 of the noise in cells: 10⁵ draws put five standard errors at 0.0046 and 0.0012.
    const noise = tf.mul(uniformDequantize(tf.zeros([100_000]), createRng(1)), 256);
    const { mean, variance } = tf.moments(noise);
    expect(Math.abs(mean.dataSync()[0]! - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(variance.dataSync()[0]! - 1 / 12)).toBeLessThan(0.0012);
  });

  it('leaves its result alive and nothing else, and refuses other bits', () => {
    const x = tf.zeros([2, 2]);
    expect(left(() => uniformDequantize(x, createRng(0)))).toBe(1);
    expect(left(() => reduceBits(x, 5))).toBe(1);
    for (const levels of [0, 1, 65537, 2.5]) {
      expect(failure('argument', () => uniformDequantize(x, createRng(0), levels))).toMatch(/2 ≤ levels ≤/);
    }
    for (const bits of [0, 9, 2.5])
      expect(failure('argument', () => reduceBits(x, bits))).toMatch(/bits ≤ 8/);
  });
});

describe('reduceBits', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps the first %i bits of each of the 256 values', (bits) => {
    const x = tf.tensor1d(Array.from({ length: 256 }, (_, k) => k / 256));
    const wanted = Array.from({ length: 256 }, (_, k) => ((k >> (8 - bits)) << (8 - bits)) / 256);
    expect([...reduceBits(x, bits).dataSync()]).toEqual(wanted);
    expect([...reduceBits(reduceBits(x, bits), bits).dataSync()]).toEqual(wanted);
  });
});

describe('randomFlip', () => {
  it('mirrors some images as a whole and leaves the others', () => {
    const set = numbered(64, [2, 3, 2]);
    const before = set.images.slice();
    const { images, labels } = randomFlip(set, createRng(2));
    const mirror = [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7]; // where each of the 12 values comes from
    let flipped = 0;
    for (let i = 0; i < set.count; i++) {
      const old = [...before.subarray(12 * i, 12 * i + 12)];
      const now = [...images.subarray(12 * i, 12 * i + 12)];
      const mirrored = mirror.map((from) => old[from]);
      expect([old, mirrored]).toContainEqual(now);
      if (now.join() === mirrored.join()) flipped++;
    }
    // Binomial(64, ½): outside [12, 52] with probability below 10⁻⁶; the seed makes it certain.
    expect(flipped).toBeGreaterThan(11);
    expect(flipped).toBeLessThan(53);
    expect(labels).toEqual(set.labels);
    expect(set.images).toEqual(before);
    expect(randomFlip(set, createRng(2)).images).toEqual(images);
  });
});

describe('randomCrop', () => {
  it.each([
    [[3, 4], 0],
    [[3, 4], 2],
    [[2, 2], 0],
    [[2, 3], 1],
    [[7, 8], 2],
    [[1, 1], 3],
  ] as const)('of %j with padding %i is a part of the padded image, everywhere in turn', (size, padding) => {
    const [height, width, channels] = [3, 4, 2];
    const set = numbered(300, [height, width, channels]);
    const cropped = randomCrop(set, size, createRng(1), padding);
    expect(cropped.shape).toEqual([...size, channels]);
    const at = (i: number, y: number, x: number, c: number) =>
      y < 0 || y >= height || x < 0 || x >= width
        ? 0
        : set.images[((i * height + y) * width + x) * channels + c]!;
    const part = (i: number, top: number, left: number) =>
      Array.from({ length: size[0] * size[1] * channels }, (_, k) => {
        const pixel = Math.floor(k / channels);
        return at(i, top + Math.floor(pixel / size[1]), left + (pixel % size[1]), k % channels);
      });
    const positions: [number, number][] = [];
    for (let top = -padding; top <= height + padding - size[0]; top++)
      for (let left = -padding; left <= width + padding - size[1]; left++) positions.push([top, left]);

    const seen = new Set<string>();
    const length = size[0] * size[1] * channels;
    for (let i = 0; i < set.count; i++) {
      const now = [...cropped.images.subarray(i * length, (i + 1) * length)].join();
      const found = positions.filter(([top, left]) => part(i, top, left).join() === now);
      expect(found.length).toBeGreaterThan(0);
      for (const position of found) seen.add(position.join());
    }
    // Of at most 90 positions, 300 draws miss one of the visible ones with probability below 10⁻¹; the seed makes it certain.
    expect(seen.size).toBe(positions.length);
  });

  it('refuses sizes beyond the padded image', () => {
    const set = numbered(1, [3, 4, 1]);
    for (const [size, padding] of [
      [[4, 4], 0],
      [[3, 5], 0],
      [[0, 4], 0],
      [[2.5, 4], 0],
      [[6, 4], 1],
      [[3, 4], -1],
      [[3, 4], 0.5],
    ] as const) {
      const crop = () => randomCrop(set, size, createRng(0), padding);
      expect(failure('argument', crop)).toMatch(/^datasets\.randomCrop: expected .*, got /);
    }
  });
});

describe('digitImages', () => {
  it('are the pixels and labels of the table, with 17 levels that batches and parts keep', () => {
    const set = digitImages();
    const table = digits();
    expect(set).toMatchObject({ count: 1797, shape: [8, 8, 1], levels: 17, classes: [...'0123456789'] });
    expect([...set.images]).toEqual([...table.values]);
    expect([...set.labels].map(String)).toEqual(table.labels);
    expect(takeImages(set, [1]).levels).toBe(17);
    const x = imageBatch(set, [0]);
    expect([...x.dataSync()]).toEqual([...table.values.subarray(0, 64)].map((k) => Math.fround(k / 17)));
  });
});

describe('splitImages', () => {
  const marked = (count: number): ImageSet => ({
    ...numbered(count, [1, 1, 1]),
    images: Uint8Array.from({ length: count }, (_, i) => i),
  });

  it('divides into disjoint sets whose labels go with their images, the same for the same seed', () => {
    for (const stratify of [false, true]) {
      const parts = splitImages(marked(90), [0.8, 0.2], createRng(4), { stratify });
      expect(parts.map((part) => part.count)).toEqual([72, 18]);
      const all = parts.flatMap((part) => [...part.images]);
      expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, i) => i));
      for (const part of parts) expect([...part.labels]).toEqual([...part.images].map((i) => i % 3));
      expect(splitImages(marked(90), [0.8, 0.2], createRng(4), { stratify })).toEqual(parts);
    }
  });

  it('stratified, divides each class by the same fractions', () => {
    const [train, rest] = splitImages(marked(90), [0.8, 0.2], createRng(4), { stratify: true });
    for (const label of [0, 1, 2]) {
      expect(train!.labels.filter((l) => l === label).length).toBe(24);
      expect(rest!.labels.filter((l) => l === label).length).toBe(6);
    }
    expect(
      failure('argument', () => splitImages(marked(9), [3, 0.2], createRng(0), { stratify: true })),
    ).toMatch(/splitImages: expected fractions/);
  });
});
