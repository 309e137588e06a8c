import { expect, it } from 'vitest';
import { prefetch } from '../src/index';
import { failure } from './failure';

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

it.each([1, 2, 5])('keeps the order and works exactly %i ahead', async (ahead) => {
  let made = 0;
  function* source() {
    while (made < 8) yield made++;
  }
  const seen: number[] = [];
  for await (const item of prefetch(source(), { ahead })) {
    seen.push(item);
    await pause();
    expect(made).toBeLessThanOrEqual(item + 1 + ahead);
    expect(made).toBeGreaterThanOrEqual(Math.min(8, item + 1 + ahead));
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('throws an error of the source in its place, once', async () => {
  async function* source() {
    yield await Promise.resolve(1);
    throw new Error('cut');
  }
  const items = prefetch(source(), { ahead: 4 });
  expect((await items.next()).value).toBe(1);
  await pause(); // the error exists and waits: not an unhandled rejection
  await expect(items.next()).rejects.toThrow('cut');
  expect((await items.next()).done).toBe(true);
});

it('closes the source when the consumer stops', async () => {
  let closed = 0;
  function* source() {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed++;
    }
  }
  for await (const item of prefetch(source())) if (item === 2) break;
  expect(closed).toBe(1);
});

it('refuses other numbers', () => {
  for (const ahead of [0, 1.5, NaN]) {
    expect(failure('argument', () => prefetch([], { ahead }))).toMatch(/prefetch: expected/);
  }
});
