import { IResNetError } from '@iresnet/core';
import type { Task } from '@iresnet/pipeline';
import type { TableFormFlags } from './tableForm';

/** Flags of runs on rows alone. */
export interface TableFlags extends TableFormFlags {
  readonly columns?: string[];
  readonly exclude?: string[];
  readonly id?: string[];
  readonly schema?: string;
  readonly test?: string;
  readonly missing?: 'refuse' | 'drop' | 'marginal';
  readonly given?: string[];
  readonly weights?: string;
  readonly label?: string;
  readonly hidden?: number[];
  readonly noise?: number;
  readonly byCategory?: boolean;
  readonly whiten?: boolean;
}

/** Flags of runs on images alone. */
export interface ImageFlags {
  readonly task?: Task;
  readonly dataDir?: string;
  readonly preset?: string;
  readonly channels?: number[];
  readonly shift?: number;
  readonly flip?: boolean;
}

/** Flags of every run. A specification is a name, or a name with options. */
interface CommonFlags {
  readonly dataset?: string;
  readonly data?: string;
  readonly more?: readonly string[];
  readonly config?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly blocks?: number[];
  readonly activation?: string;
  readonly coefficient?: number | 'none';
  readonly linear?: boolean;
  readonly logDet?: string;
  readonly solver?: string;
  readonly base?: string;
  readonly transform?: readonly string[];
  readonly branch?: string;
  readonly batchSize?: number;
  readonly accumulate?: number;
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly schedule?: string;
  readonly warmup?: number;
  readonly ema?: number | 'none';
  readonly clip?: number | 'none';
  readonly holdOut?: number;
  readonly splitSeed?: number;
  readonly validation?: number;
  readonly validateEvery?: number;
  readonly patience?: number | 'none';
  readonly densityWeight?: number;
}

/**
 * The flags that decide a run: where the data comes from, and settings over those of `--config` or
 * the defaults.
 */
export type ConfigFlags = CommonFlags & TableFlags & ImageFlags;

/** The command, for messages. */
export const WHERE = 'iresnet train';

/** What a flag says that may be `none`. */
export const orNull = (value: number | 'none'): number | null => (value === 'none' ? null : value);

/** The flag of a setting. */
export function dashed(key: string): string {
  return `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

/** Refuse what the flags ask for. */
export function refuse(what: string): never {
  throw new IResNetError('argument', WHERE, what);
}
