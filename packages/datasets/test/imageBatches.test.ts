import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import { imageBatches, prefetch, randomCrop, randomFlip, type ImageSet, type ImageStep } from '../src/index';
import { failure } from './failure';

/** Images of two pixels that hold their own number and class: 3 i and 3 i + 1, class i mod 2. */
const set: ImageSet = {
  count: 12,
  shape: [1, 2, 1],
  images: Uint8Array.from({ length: 24 }, (_, k) => 3 * (k >> 1) + (k & 1)),
  levels: 256,
  labels: Uint8Array.from({ length: 12 }, (_, i) => i % 2),
  classes: ['even', 'odd'],
};
const numbersIn = (batch: ImageSet) =>
  Array.from({ length: batch.count }, (_, i) => batch.images[2 * i]! / 3);
const rng = () => createRng(5);
const vary = (batch: ImageSet, draws: ReturnType<typeof rng>) =>
  randomFlip(randomCrop(batch, [1, 2], draws, 1), draws);

describe('imageBatches', () => {
  it('takes every image once an epoch, pixels and label together, in another order each time', () => {
    const steps = [...imageBatches(set, { size: 4, rng: rng(), epochs: 3 })];
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const orders = [0, 1, 2].map((e) => steps.slice(3 * e, 3 * e + 3).flatMap((s) => numbersIn(s.set)));
    const all = Array.from({ length: 12 }, (_, i) => i);
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(all);
    expect(new Set(orders.map(String)).size).toBe(3);
    for (const { set: batch } of steps) {
      const numbers = numbersIn(batch);
      expect(batch).toMatchObject({ count: 4, shape: [1, 2, 1], classes: ['even', 'odd'] });
      expect([...batch.images]).toEqual(numbers.flatMap((i) => [3 * i, 3 * i + 1]));
      expect([...batch.labels]).toEqual(numbers.map((i) => i % 2));
    }
  });

  it('gives full batches alone, and no image twice in an epoch', () => {
    const steps = [...imageBatches(set, { size: 5, rng: rng(), epochs: 2 })];
    expect(steps.map(({ set: batch }) => batch.count)).toEqual([5, 5, 5, 5]);
    for (const first of [0, 2]) {
      const seen = steps.slice(first, first + 2).flatMap((s) => numbersIn(s.set));
      expect(new Set(seen).size).toBe(10);
    }
  });

  it.each([0, 1, 3, 5, 9, 20])('from %i is what skipping so many gives', (from) => {
    const whole = [...imageBatches(set, { size: 4, rng: rng(), epochs: 3, augment: vary })];
    const rest = [...imageBatches(set, { size: 4, rng: rng(), epochs: 3, augment: vary, from })];
    expect(rest).toEqual(whole.slice(from));
  });

  it('has no end without epochs, and none of 0', () => {
    const endless = imageBatches(set, { size: 12, rng: rng(), from: 1000 });
    expect([endless.next(), endless.next()].map(({ value }) => (value as ImageStep).step)).toEqual([1000, 1001]); // prettier-ignore
    endless.return();
    expect([...imageBatches(set, { size: 12, rng: rng(), epochs: 0 })]).toEqual([]);
  });

  it('augments by a stream of the step, apart from that of the order, and advances nothing', () => {
    const mine = rng();
    const before = mine.state();
    const told: number[] = [];
    const note = (batch: ImageSet, draws: ReturnType<typeof rng>) => {
      told.push(draws.nextUint32());
      return batch;
    };
    const noted = [...imageBatches(set, { size: 4, rng: mine, epochs: 2, augment: note })];
    expect(mine.state()).toEqual(before);
    expect(told).toEqual(noted.map(({ step }) => rng().split('augment').split(step).nextUint32()));
    expect(new Set(told).size).toBe(6);
    expect(noted).toEqual([...imageBatches(set, { size: 4, rng: rng(), epochs: 2 })]);
  });

  it('leaves the set as it was, whatever is done to a batch', () => {
    const images = set.images.slice();
    for (const { set: batch } of imageBatches(set, { size: 4, rng: rng(), epochs: 1 })) batch.images.fill(0);
    expect(set.images).toEqual(images);
  });

  it('keeps its order behind prefetch', async () => {
    const options = { size: 4, epochs: 3, augment: vary };
    const ahead: ImageStep[] = [];
    for await (const step of prefetch(imageBatches(set, { ...options, rng: rng() }), { ahead: 3 }))
      ahead.push(step);
    expect(ahead).toEqual([...imageBatches(set, { ...options, rng: rng() })]);
  });

  it('refuses other numbers at the call', () => {
    for (const wrong of [{ size: 0 }, { size: 13 }, { size: 1.5 }, { from: -1 }, { from: 0.5 }]) {
      const call = () => imageBatches(set, { size: 4, rng: rng(), ...wrong });
      expect(failure('argument', call), JSON.stringify(wrong)).toMatch(/^datasets\.batches: expected/);
    }
    for (const epochs of [-1, 0.5, NaN]) {
      const call = () => imageBatches(set, { size: 4, rng: rng(), epochs });
      expect(failure('argument', call)).toBe(`datasets.imageBatches: expected an integer epochs ≥ 0, got ${epochs}`); // prettier-ignore
    }
  });
});
