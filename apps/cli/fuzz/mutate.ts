import type { Random } from './random';

/** Numbers at which readers of binary fields stumble. */
const EDGES = [0, 1, 2, 127, 128, 255, 256, 32767, 65535, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Words at which readers of text stumble. */
const WORDS = [
  '1e999', '-1', '0', '1e-400', '99999999999999999999', '4294967296', '1e9', 'NaN', 'Infinity', 'null', 'true',
  '""', '[]', '{}', '[[[[', '"__proto__"', ',', ',,,', ';', '\t', '\n\n', '"', '\r', '\0', '\u{1b}[2J', '\u{feff}',
  '0.1.2', '1,000', '#', '=1+1', '\u{2212}3', '٣',
]; // prettier-ignore

type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

const at = (bytes: Buffer, random: Random) => random.below(bytes.length + 1);

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  function setByte(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick([0, 255, random.below(256)]);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, at(bytes, random));
  },
  function cutOut(bytes, random) {
    const start = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(16))]);
  },
  function repeat(bytes, random) {
    const start = at(bytes, random);
    const part = bytes.subarray(start, start + 1 + random.below(64));
    const times = random.pick([1, 2, 8, 200]);
    return Buffer.concat([
      bytes.subarray(0, start),
      ...Array<Buffer>(times).fill(part),
      bytes.subarray(start),
    ]);
  },
  function splice(bytes, random, others) {
    const other = random.pick(others);
    const [start, from] = [at(bytes, random), random.below(other.length + 1)];
    const part = other.subarray(from, from + random.below(256));
    return Buffer.concat([
      bytes.subarray(0, start),
      part,
      bytes.subarray(start + random.below(part.length + 1)),
    ]);
  },
  function setNumber(bytes, random) {
    const width = random.pick([2, 4]);
    if (bytes.length < width) return bytes;
    const [place, value] = [
      random.below(Math.min(bytes.length, random.pick([64, bytes.length])) - width + 1 || 1),
      random.pick(EDGES),
    ];
    const kept = value % 2 ** (8 * width);
    if (random.chance(0.5)) bytes.writeUIntBE(kept, place, width);
    else bytes.writeUIntLE(kept, place, width);
    return bytes;
  },
  function insertWord(bytes, random) {
    const start = at(bytes, random);
    const rest = bytes.subarray(start + random.pick([0, 0, 1, 4]));
    return Buffer.concat([bytes.subarray(0, start), Buffer.from(random.pick(WORDS)), rest]);
  },
  function replaceNumber(bytes, random) {
    // Latin-1 keeps every byte, so that binary files survive it.
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const found = random.pick(numbers);
    const [start, end] = [found.index, found.index + found[0].length];
    return Buffer.from(text.slice(0, start) + random.pick(WORDS.slice(0, 12)) + text.slice(end), 'latin1');
  },
];

/** A copy of a file with one to six changes. `others` are files that parts may come from. */
export function mutate(source: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let bytes = Buffer.from(source);
  for (let left = random.pick([1, 1, 1, 1, 2, 3, 6]); left > 0; left--)
    bytes = Buffer.from(random.pick(mutations)(bytes, random, others));
  return bytes;
}
