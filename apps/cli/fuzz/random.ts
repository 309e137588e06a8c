/** Whole numbers and choices from a seed: the same ones on every machine. */
export interface Random {
  /** A whole number 0 … n − 1. */
  below(n: number): number;
  pick<T>(values: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Marsaglia's xorshift of 32 bits, behind a hash of the seed: neighbours are unlike. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ 0x5bd1e995 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    pick: (values) => values[below(values.length)]!,
    chance: (probability) => next() < probability,
  };
}
