/** 64 bits, the key of a stream of random numbers. */
export type Key = readonly [number, number];

const { imul } = Math;

/**
 * 64 bits that go with the content of an example, whatever its number, its batch, or its file: two
 * lanes of a multiplicative hash over its words, mixed at the end.
 */
export function contentKey(words: ArrayLike<number>): Key {
  const lane = (seed: number, a: number, b: number): number => {
    let hash = seed;
    for (let i = 0; i < words.length; i++) {
      let word = imul(words[i]!, a);
      word = imul((word << 15) | (word >>> 17), b);
      hash ^= word;
      hash = (imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    }
    hash ^= words.length;
    hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
  return [lane(1, 0xcc9e2d51, 0x1b873593), lane(2, 0x239b961b, 0xab0e9789)];
}

/** The key of two keys together. */
export function joinedKey(a: Key, b: Key): Key {
  return [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0];
}
