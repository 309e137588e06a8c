import { InvalidArgumentError, Option, type Command } from 'commander';
import { didYouMean } from '@iresnet/core/internal';

/** Where to compute; every command that computes has it. */
export function backendFlag(): Option {
  const names = ['auto', 'tensorflow', 'wasm', 'cpu'];
  return choice('--backend <name>', 'where to compute', names).default('auto');
}

/** What most commands look at. */
export const runArgument = ['<run>', 'the folder of a run that train wrote, or of a model alone'] as const;

export const quietFlag = ['-q, --quiet', 'no progress and no messages, but warnings'] as const;

/** One of some names; a near miss is named. */
export function choice(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names).argParser(oneOf(names));
}

export function oneOf(names: readonly string[]): (name: string) => string {
  return (name) => {
    if (names.includes(name)) return name;
    throw new InvalidArgumentError(`Expected one of ${names.join(', ')}.${didYouMean(name, names)}`);
  };
}

/** A thing that a table names, or that name with options: `name:option=value`, or JSON. */
export function named(flags: string, description: string, table: object): Option {
  return new Option(
    flags,
    `${description}: ${Object.keys(table).join(', ')}; options as name:option=value,…`,
  );
}

/** The values of a flag that may be given again. */
export function gathered(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** The flag `--data`, which may name several tables: the first is `data`, the others are `more`. */
export function addDataFlag(command: Command, description: string): Command {
  const paths = (path: string, before?: readonly string[]): string[] => gathered(text(path), before);
  return command.option('--data <path...>', description, paths).hook('preAction', (_, acting) => {
    const [data, ...more] = (acting.opts() as { readonly data?: readonly string[] }).data ?? [];
    if (data !== undefined) acting.setOptionValue('data', data);
    if (more.length > 0) acting.setOptionValue('more', more);
  });
}

export function list(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** Refuse an empty value of each flag that takes any text, such as a path. */
export function refuseEmpty(command: Command): void {
  for (const option of command.options) if (option.required && !option.parseArg) option.argParser(text);
  for (const below of command.commands) refuseEmpty(below);
}

function text(value: string): string {
  if (value !== '') return value;
  throw new InvalidArgumentError('Expected a value, got an empty text.');
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected an integer ≥ ${least}.`);
  };
}

/** `20s`, `2m`, `1h`, or seconds. */
export function duration(text: string): number {
  const [, count = '', unit = 's'] = /^([\d.]+)\s*([smh])?$/.exec(text.trim()) ?? [];
  const seconds = Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (count !== '' && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError('Expected a time such as 20s, 2m or 1h.');
}

/** `0.5,-1`. */
export function numbers(text: string): number[] {
  return list(text).map(number);
}

/** `64,64`. */
export function widths(text: string): number[] {
  return list(text).map(integer(1));
}

/** `0,4,7`. */
export function indices(text: string): number[] {
  return list(text).map(integer(0));
}

/** Between 0 and 1. */
export function share(text: string): number {
  const value = number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number between 0 and 1.');
}

/** A share, or none of it. */
export function shareOrZero(text: string): number {
  return number(text) === 0 ? 0 : share(text);
}

/**
 * A value, or `none`; which stays a word, because commander takes null for a flag that is missing.
 */
export function orNone<T>(parse: (text: string) => T): (text: string) => T | 'none' {
  return either('none', parse);
}

/** What `--workers` says. */
export type Workers = number | 'auto';

/** What `--workers` of train says: also the other processes of a job. */
export type TrainWorkers = Workers | 'ranks';

/** Threads for a command. */
export function workersFlag(what: string): Option {
  const description = `threads that ${what}: a number, or auto for all cores (default: 1)`;
  return new Option('--workers <n>', description).argParser(either('auto', integer(1)));
}

/** A value, or a word. */
export function either<W extends string, T>(word: W, parse: (text: string) => T): (text: string) => T | W {
  return (text) => (text === word ? word : parse(text));
}
