import { expect, test } from 'vitest';
import { philox4x32 } from '../src/internal';

/** The known answers of Random123 for philox4x32-10 (kat_vectors): counter, key, result. */
const answers: [string, number[], number[], number[]][] = [
  ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    'ones',
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    'digits of π',
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(answers)('%s', (_, counter, key, expected) => {
  const [c0, c1, c2, c3] = counter as [number, number, number, number];
  const out = new Uint32Array(6);
  philox4x32(c0, c1, c2, c3, key[0]!, key[1]!, out, 1);
  expect([...out]).toEqual([0, ...expected, 0]);
});
