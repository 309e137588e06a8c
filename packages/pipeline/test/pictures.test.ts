import { describe, expect, test } from 'vitest';
import { modelImages, type ImageInput } from '../src';
import { pairedPictures } from '../src/run';

const input: ImageInput = {
  kind: 'images',
  title: 'days',
  shape: [1, 3, 1],
  levels: 5,
  classes: ['day', 'night'],
};
const images = {
  count: 2,
  shape: [1, 3, 1] as const,
  images: Uint8Array.of(0, 31, 32, 96, 224, 255),
  levels: 256,
};

describe('images of a model', () => {
  test('have its levels: the nearest of 0, 63.75, 127.5, 191.25 and 255', () => {
    const { set, labelled, others } = modelImages({ input }, images, null, 'x');
    expect(Array.from(set.images)).toEqual([0, 0, 1, 2, 4, 4]);
    expect(set).toMatchObject({ count: 2, levels: 5, classes: ['day', 'night'] });
    expect([labelled, others]).toEqual([false, []]);
  });

  test('have its classes where it has all of theirs', () => {
    const known = modelImages({ input }, images, ['night', 'day'], 'x');
    expect([Array.from(known.set.labels), known.labelled]).toEqual([[1, 0], true]);
    const other = modelImages({ input }, images, ['dawn', 'day'], 'x');
    expect([Array.from(other.set.labels), other.labelled, other.others]).toEqual([[0, 0], false, ['dawn']]);
  });

  test('are refused where they are others', () => {
    const small = { ...images, shape: [3, 1, 1] as const };
    expect(() => modelImages({ input }, small, null, 'a.npy')).toThrow(
      'a.npy: expected images [1,3,1] as the model takes, got [3,1,1]',
    );
    expect(() => modelImages({ input }, images, ['day'], 'x')).toThrow('expected 2 labels, got 1');
    const rows = { kind: 'table', title: 't', columns: ['a'], label: null, classes: [] } as const;
    expect(() => modelImages({ input: rows }, images, null, 'x')).toThrow('expected a model of images');
  });
});

describe('pairs', () => {
  const of = (...values: number[]) => ({
    count: values.length / 2,
    shape: [1, 2, 1] as const,
    values: Uint8Array.from(values),
  });

  test('stand below each other; the gaps of the last band are grey', () => {
    const { count, values } = pairedPictures(of(1, 2, 3, 4, 5, 6), of(11, 12, 13, 14, 15, 16), 2);
    expect(count).toBe(8);
    expect(Array.from(values)).toEqual([1, 2, 3, 4, 11, 12, 13, 14, 5, 6, 128, 128, 15, 16, 128, 128]);
  });

  test('are as many', () => {
    expect(() => pairedPictures(of(1, 2), of(1, 2, 3, 4), 1)).toThrow('got 1 and 2 in 1 columns');
    expect(() => pairedPictures(of(1, 2), of(1, 2), 0)).toThrow('columns ≥ 1');
  });
});
