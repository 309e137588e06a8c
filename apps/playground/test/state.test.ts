import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataNames, formatHash, initialState, parseHash, ranges, views, type State } from '../src/state';

const states: fc.Arbitrary<State> = fc.record({
  data: fc.constantFrom(...dataNames),
  seed: fc.integer({ min: ranges.seed[0], max: ranges.seed[1] }),
  blocks: fc.integer({ min: ranges.blocks[0], max: ranges.blocks[1] }),
  width: fc.integer({ min: ranges.width[0], max: ranges.width[1] }),
  coefficient: fc.option(fc.integer({ min: 30, max: 99 }).map((c) => c / 100)),
  at: fc.option(fc.integer({ min: ranges.at[0], max: ranges.at[1] })),
  path: fc.option(fc.integer({ min: 0, max: 1000 }).map((t) => t / 1000)),
  columns: fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 }))
    .filter(([i, j]) => i !== j),
  classes: fc.boolean(),
  temperature: fc.option(fc.integer({ min: 10, max: 150 }).map((t) => t / 100)),
  alarm: fc.option(fc.integer({ min: 5, max: 500 }).map((a) => a / 1000)),
  view: fc.option(fc.constantFrom(...views)),
});

describe('a link', () => {
  test('gives back the state that it was made of', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(parseHash(formatHash(state))).toEqual(state);
      }),
    );
  });

  test('is short, and empty for what the page opens with', () => {
    expect(formatHash(initialState)).toBe('');
    expect(formatHash({ ...initialState, coefficient: null, at: 300 })).toBe('#c=off&at=300');
    fc.assert(fc.property(states, (state) => formatHash(state).length < 150));
  });

  test.each([
    ['#seed=1e99&blocks=-5&width=1e9&at=0', { seed: 9999, blocks: 1, width: 64, at: 1 }],
    ['#seed=NaN&blocks=&at=x&path=Infinity', { seed: 1, blocks: 6, at: null, path: 1 }],
    ['#c=7&path=-3', { coefficient: 0.99, path: 0 }],
    ['#c=-1', { coefficient: 0.3 }],
    ['#data=<script>alert(1)</script>&columns=3-3', { data: 'moons', columns: [0, 1] }],
    ['#data=__proto__&columns=1-99', { data: 'moons', columns: [0, 1] }],
    [`#seed=${'9'.repeat(5000)}`, { seed: 9999 }],
    ['#t=99&alarm=-1&classes=yes', { temperature: 1.5, alarm: 0.005 }],
    ['#%E0%A4%A', {}],
  ] as const)('%.40s is brought into range', (hash, expected) => {
    expect(parseHash(hash)).toEqual({ ...initialState, ...expected });
  });

  test('whatever it holds, the state is within its ranges and has a link of its own', () => {
    const fields = [
      'data',
      'seed',
      'blocks',
      'width',
      'c',
      'at',
      'path',
      'columns',
      'classes',
      't',
      'alarm',
      'view',
    ];
    const hashes = fc
      .array(fc.tuple(fc.constantFrom(...fields), fc.oneof(fc.string(), fc.double().map(String))))
      .map((pairs) => `#${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`);
    fc.assert(
      fc.property(hashes, (hash) => {
        const state = parseHash(hash);
        for (const key of [
          'seed',
          'blocks',
          'width',
          'coefficient',
          'at',
          'path',
          'temperature',
          'alarm',
        ] as const) {
          const value = state[key];
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(ranges[key][0]);
          expect(value).toBeLessThanOrEqual(ranges[key][1]);
          if (['seed', 'blocks', 'width', 'at'].includes(key)) expect(Number.isInteger(value)).toBe(true);
        }
        const link = formatHash(state);
        expect(formatHash(parseHash(link))).toBe(link);
      }),
    );
  });
});
