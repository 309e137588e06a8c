import { expect, test, vi } from 'vitest';
import { seldom } from '../src/seldom';

test('what is asked for many times is done once in each span, the last time too', () => {
  vi.useFakeTimers();
  try {
    let [asked, drawn] = [0, 0];
    const done: number[] = [];
    const act = seldom(100, () => {
      drawn = asked;
      done.push(performance.now());
    });
    for (; asked < 25; asked++) {
      act();
      vi.advanceTimersByTime(10);
    }
    vi.runAllTimers();
    // 250 milliseconds: each span of 100 that begins with a question ends with an answer.
    expect(done.map((at) => at - done[0]!)).toEqual([0, 100, 200]);
    expect(drawn).toBe(25);
    // Nothing is done that nobody asked for.
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
