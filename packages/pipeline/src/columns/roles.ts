import type { Rng } from '@iresnet/core';

/**
 * What a masked density is asked for of each column of a row: `missing`, it counts nothing;
 * `known`, the density is conditional on it; `asked`, its density.
 */
export const role = { missing: 0, known: 1, asked: 2 } as const;

/** The {@link role} of each column. */
export type Roles = Uint8Array;

/** The share of training rows of which all values are asked for. */
const WHOLE = 0.5;

/** The values of a row that are there are asked for, so that its density is their marginal. */
export function observed(row: ArrayLike<number>, columns: number): Roles {
  return Uint8Array.from({ length: columns }, (_, j) => (Number.isNaN(row[j]!) ? role.missing : role.asked));
}

/** The values of a row that are missing are asked for, given the others. */
export function lacking(row: ArrayLike<number>, columns: number): Roles {
  return Uint8Array.from({ length: columns }, (_, j) => (Number.isNaN(row[j]!) ? role.asked : role.known));
}

/** The value of column j, if it is there, given all others that are. */
export function single(row: ArrayLike<number>, columns: number, j: number): Roles {
  const roles = lacking(row, columns).map((of) => (of === role.asked ? role.missing : role.known));
  if (roles[j] === role.known) roles[j] = role.asked;
  return roles;
}

/**
 * Roles for a training row. All values that are there are asked for in half of the rows; in the
 * others k of them, k uniform from 1 to all, and the rest is known or missing with equal chance.
 * Every marginal and every conditional of one set given the rest is learned so.
 */
export function drawnRoles(row: ArrayLike<number>, columns: number, rng: Rng): Roles {
  const roles = observed(row, columns);
  const there = Array.from(roles.keys()).filter((j) => roles[j] === role.asked);
  if (there.length < 2 || rng.next() < WHOLE) return roles;
  const asked = 1 + rng.nextInt(there.length);
  const rest = rng.next() < 0.5 ? role.known : role.missing;
  for (const at of rng.permutation(there.length).subarray(asked)) roles[there[at]!] = rest;
  return roles;
}
