import { IResNetError } from '@iresnet/core';

/** One of `count` shares of some work. */
export interface Shard {
  /** From 0 to `count` − 1. */
  readonly index: number;
  readonly count: number;
  /** Where the index comes from: a variable of the environment, or null where it was given. */
  readonly from: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const WHERE = 'pipeline.parseShard';
/** Shards at most: their files have numbers of five digits. */
const MOST = 100_000;

/** Variables in which launchers write the number of a task, and the first of their numbers. */
const indices = [
  ['SLURM_ARRAY_TASK_ID', 0],
  ['JOB_COMPLETION_INDEX', 0],
  ['OMPI_COMM_WORLD_RANK', 0],
  ['PARALLEL_SEQ', 1],
] as const;

/**
 * The shard that a text names: `3/8` is the fourth of eight, so shards count from 0. `auto` and
 * `auto/8` take the number from the environment.
 *
 * The number is that of `SHARD_INDEX`, or else of a task of SLURM (`SLURM_ARRAY_TASK_ID`), of a
 * Kubernetes Indexed Job (`JOB_COMPLETION_INDEX`), of a rank under Open MPI
 * (`OMPI_COMM_WORLD_RANK`) or of GNU parallel (`PARALLEL_SEQ`, which counts from 1). The count
 * stands in the text, in `SHARD_COUNT`, or in `OMPI_COMM_WORLD_SIZE` for a rank. It is never the
 * number of tasks that were submitted: two tasks of eight that are run again are still two of
 * eight.
 *
 * @param env - The variables of the environment, `process.env` in Node.
 * @throws IResNetError of kind `argument` for a text of another form, a number out of range, an
 * environment without a number or without a count, and one with the numbers of two launchers.
 *
 * @example
 * ```ts
 * import { parseShard } from '@iresnet/pipeline/node';
 *
 * console.log(parseShard('3/8', {})); // { index: 3, count: 8, from: null }
 * console.log(parseShard('auto/8', { JOB_COMPLETION_INDEX: '7' }).index); // 7
 * ```
 */
export function parseShard(text: string, env: Environment): Shard {
  const [, first, count] = /^(auto|\d{1,6})(?:\/(\d{1,6}))?$/.exec(text) ?? [];
  if (first === undefined || (first !== 'auto' && count === undefined))
    refuse(`expected i/n such as 0/8, auto or auto/n, got '${text}'`);
  if (first !== 'auto') return checked(Number(first), Number(count), null);
  const { name, index } = numbered(env);
  if (count !== undefined) return checked(index, Number(count), name);
  const counted = ['SHARD_COUNT', ...(name === 'OMPI_COMM_WORLD_RANK' ? ['OMPI_COMM_WORLD_SIZE'] : [])];
  const given = counted.find((variable) => isSet(env, variable));
  if (given === undefined)
    refuse(
      `expected the number of shards beside ${name}, got none; set SHARD_COUNT, or give auto/n. The number of tasks that were submitted does not tell it`,
    );
  return checked(index, integer(env, given!), name);
}

function numbered(env: Environment): { readonly name: string; readonly index: number } {
  if (isSet(env, 'SHARD_INDEX')) return { name: 'SHARD_INDEX', index: integer(env, 'SHARD_INDEX') };
  const found = indices.filter(([variable]) => isSet(env, variable));
  if (found.length === 0)
    refuse(
      `expected the number of this shard in SHARD_INDEX, ${indices.map(([variable]) => variable).join(', ')}, got none of them`,
    );
  if (found.length > 1)
    refuse(
      `expected the number of one launcher, got ${found.map(([variable]) => variable).join(' and ')}; set SHARD_INDEX`,
    );
  const [name, begin] = found[0]!;
  return { name, index: integer(env, name) - begin };
}

function checked(index: number, count: number, from: string | null): Shard {
  if (count < 1 || count > MOST) refuse(`expected 1 to ${MOST} shards, got ${count}`);
  if (index < 0 || index >= count)
    refuse(
      `expected a shard from 0/${count} to ${count - 1}/${count}, got ${index}/${count}${from === null ? '' : ` by ${from}`}`,
    );
  return { index, count, from };
}

function isSet(env: Environment, variable: string): boolean {
  return (env[variable] ?? '') !== '';
}

function integer(env: Environment, variable: string): number {
  const text = env[variable]!;
  if (!/^\d{1,9}$/.test(text)) refuse(`expected an integer in ${variable}, got '${text}'`);
  return Number(text);
}

function refuse(what: string): never {
  throw new IResNetError('argument', WHERE, what);
}
