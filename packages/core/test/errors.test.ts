import { describe, expect, test } from 'vitest';
import { IResNetError } from '../src';
import { ensure } from '../src/internal';

describe('IResNetError', () => {
  test('says where and what, and carries kind, context and cause', () => {
    const cause = new RangeError('short');
    const error = new IResNetError('data', 'a.npy', 'expected 8 bytes, got 3', { bytes: 3 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'IResNetError',
      kind: 'data',
      where: 'a.npy',
      message: 'a.npy: expected 8 bytes, got 3',
      context: { bytes: 3 },
      cause,
    });
    expect(String(error)).toBe('IResNetError: a.npy: expected 8 bytes, got 3');
  });

  test('has an empty context by default', () => {
    expect(new IResNetError('diverged', 'x', 'y').context).toEqual({});
  });
});

describe('ensure', () => {
  test('throws the kind argument, with the message made only then', () => {
    let made = 0;
    const what = () => `expected a, got b (${++made})`;
    ensure(true, 'p.f', what);
    expect(made).toBe(0);
    expect(() => ensure(false, 'p.f', what)).toThrow(
      expect.objectContaining({ kind: 'argument', where: 'p.f', message: 'p.f: expected a, got b (1)' }),
    );
  });
});
