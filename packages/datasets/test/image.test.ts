import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import {
  digitImages,
  digits,
  imageBatch,
  labelBatch,
  randomCrop,
  randomFlip,
  reduceBits,
  splitImages,
  takeImages,
  toImages,
  withLevels,
} from '../src/index';
import type { Images, ImageSet } from '../src/index';
import { failure } from './failure';

/** Every pixel value of the set is another, as far as bytes go. */
function numbered(count: number, shape: ImageSet['shape']): ImageSet {
  const size = shape[0] * shape[1] * shape[2];
  return {
    count,
    shape,
    images: Uint8Array.from({ length: count * size }, (_, i) => (i % 255) + 1),
    levels: 256,
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

  it('refuse a number that is not the index of an image', () => {
    for (const index of [-1, 4, 0.5, NaN]) {
      expect(failure('argument', () => imageBatch(set, { indices: [0, index] }))).toMatch(
        /imageBatch: .*got .* at position 1$/,
      );
      expect(failure('argument', () => takeImages(set, [0, index]))).toMatch(
        /takeImages: .*got .* at position 1$/,
      );
    }
  });

  it('labelBatch is the classes as int32', () => {
    const labels = labelBatch(set);
    expect([labels.dtype, labels.shape]).toEqual(['int32', [4]]);
    expect([...labels.dataSync()]).toEqual([0, 1, 2, 0]);
    expect(left(() => labelBatch(set))).toBe(1);
  });
});

/** One pixel of each level, as one image. */
const ramp = (levels: number): Images => ({
  count: 1,
  shape: [1, levels, 1],
  images: Uint8Array.from({ length: levels }, (_, k) => k),
  levels,
});

describe('imageBatch', () => {
  const set = numbered(4, [2, 1, 3]);
  // The least and the largest noise there is: generators that know one word alone.
  const only = (word: number) => Object.assign(createRng(0), { nextUint32: () => word });
  const extremes = [createRng(3), only(0), only(2 ** 32 - 1)];

  it('gives (k + ½)/256 − ½, exactly, in the order of the indices', () => {
    const x = imageBatch(set, { indices: [1] });
    expect([x.shape, x.dtype]).toEqual([[1, 2, 1, 3], 'float32']);
    expect([...x.dataSync()]).toEqual([7, 8, 9, 10, 11, 12].map((k) => (k + 0.5) / 256 - 0.5));
    expect([...imageBatch(set).dataSync()]).toEqual([...set.images].map((k) => (k + 0.5) / 256 - 0.5));
    expect(imageBatch(set, { indices: [] }).shape).toEqual([0, 2, 1, 3]);
  });

  it.each([2, 3, 4, 5, 8, 10, 17, 32, 100, 255, 256])(
    'and toImages give each of %i levels back',
    (levels) => {
      const images = ramp(levels);
      const ranges = [undefined, [0, 1]] as const;
      for (const range of ranges) {
        const [low, high] = range ?? [-0.5, 0.5];
        const about = range && { range };
        for (const noise of [undefined, ...extremes]) {
          const x = imageBatch(images, { ...about, ...(noise && { noise }) });
          expect(toImages(x, { levels, ...about })).toEqual(images);
          const values = [...x.dataSync()];
          // A level of a power of two ends below the range's end; any other may be rounded, within
          // float32.
          expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
          expect(Math.max(...values)).toBeLessThan(high);
          values.forEach((value, k) =>
            expect(Math.abs((value - low) * levels - k - 0.5)).toBeLessThan(0.5 + 1e-4),
          );
        }
      }
    },
  );

  it('adds the multiple of 2⁻²⁴ that the words of the generator say', () => {
    const rng = createRng(5);
    const words = Array.from({ length: 6 }, () => rng.nextUint32());
    const grey = { count: 2, shape: [1, 3, 1] as const, images: new Uint8Array(6).fill(128), levels: 256 };
    const x = imageBatch(grey, { noise: createRng(5) });
    expect([...x.dataSync()]).toEqual(words.map((word) => Math.floor(word / 2 ** 16) / 2 ** 24));
  });

  it('fills the cell evenly', () => {
    // Mean 1/2 and variance 1/12 of the noise in cells: 10⁵ draws put five standard errors at
    // 0.0046 and 0.0012.
    const black = { count: 1, shape: [1, 100_000, 1] as const, images: new Uint8Array(100_000), levels: 256 };
    const noise = tf.mul(tf.add(imageBatch(black, { noise: createRng(1) }), 0.5), 256);
    const { mean, variance } = tf.moments(noise);
    expect(Math.abs(mean.dataSync()[0]! - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(variance.dataSync()[0]! - 1 / 12)).toBeLessThan(0.0012);
  });

  it('divides another range into the same cells', () => {
    const x = imageBatch(ramp(4), { range: [-1, 3] });
    expect([...x.dataSync()]).toEqual([-0.5, 0.5, 1.5, 2.5]);
    expect([...toImages(x, { levels: 4, range: [-1, 3] }).images]).toEqual([0, 1, 2, 3]);
  });

  it('leaves its result alive and nothing else', () => {
    expect(left(() => imageBatch(set))).toBe(1);
    expect(left(() => imageBatch(set, { noise: createRng(0) }))).toBe(1);
    const x = imageBatch(set);
    expect(left(() => toImages(x))).toBe(0);
    expect(x.isDisposed).toBe(false);
  });

  it.each([
    ['expected an integer 2 ≤ levels ≤ 256, got 1', () => imageBatch({ ...set, levels: 1 })],
    ['expected an integer 2 ≤ levels ≤ 256, got 257', () => imageBatch({ ...set, levels: 257 })],
    ['expected pixels below 16 levels, got 16 in image 2', () => imageBatch({ ...set, levels: 16 })],
    ['expected a range low < high, got [1, 1]', () => imageBatch(set, { range: [1, 1] })],
  ])('refuses: %s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('toImages', () => {
  it('holds values within the levels, and NaN is black', () => {
    const x = tf.tensor4d([-9, -0.5, 0.4999, 0.5, 9, NaN], [1, 2, 1, 3]);
    expect(toImages(x)).toEqual({
      count: 1,
      shape: [2, 1, 3],
      images: Uint8Array.of(0, 0, 255, 255, 255, 0),
      levels: 256,
    });
  });

  it.each([
    ['expected [B, height, width, channels], got shape [2, 2]', () => toImages(tf.zeros([2, 2]))],
    ['levels ≤ 256, got 0.5', () => toImages(tf.zeros([1, 1, 1, 1]), { levels: 0.5 })],
    ['low < high, got [0, NaN]', () => toImages(tf.zeros([1, 1, 1, 1]), { range: [0, NaN] })],
  ])('refuses: %s', (message, f) => expect(failure('argument', f)).toContain(message));
});

describe('withLevels', () => {
  it('keeps black and white, and gives each level back from 256', () => {
    for (const levels of [2, 3, 17, 100, 255, 256]) {
      const wide = withLevels(ramp(levels), 256);
      expect([wide.images[0], wide.images.at(-1), wide.levels]).toEqual([0, 255, 256]);
      expect(withLevels(wide, levels)).toEqual(ramp(levels));
    }
  });

  it('keeps labels, copies pixels, and refuses other levels', () => {
    const set = numbered(2, [1, 1, 1]);
    const same = withLevels(set, 256);
    expect(same).toEqual(set);
    expect(same.images).not.toBe(set.images);
    expect(failure('argument', () => withLevels(set, 300))).toContain('withLevels: expected an integer 2 ≤');
  });
});

describe('reduceBits', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps the first %i bits of each of the 256 values', (bits) => {
    const reduced = reduceBits(ramp(256), bits);
    expect([...reduced.images]).toEqual(Array.from({ length: 256 }, (_, k) => k >> (8 - bits)));
    expect(reduced.levels).toBe(2 ** bits);
    expect(reduceBits(reduced, bits)).toEqual(reduced);
  });

  it('refuses other bits and levels', () => {
    for (const bits of [0, 9, 2.5])
      expect(failure('argument', () => reduceBits(ramp(256), bits))).toMatch(/bits ≤ 8, got/);
    expect(failure('argument', () => reduceBits(ramp(17), 2))).toContain('a power of two, got 17');
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
    // Of at most 90 positions, 300 draws miss one of the visible ones with probability below 10⁻¹;
    // the seed makes it certain.
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
    // Two roundings to float32 of numbers up to ½: within 2⁻²⁴.
    imageBatch(set, { indices: [0] })
      .dataSync()
      .forEach((x, i) => expect(Math.abs(x - ((table.values[i]! + 0.5) / 17 - 0.5))).toBeLessThan(2 ** -24));
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
