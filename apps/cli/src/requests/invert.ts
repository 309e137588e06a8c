import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import type { Workers } from '../commands/flags';
import { dashed } from './configFlags';
import type { GivenData } from './data';

/** `iresnet sample`. */
export interface SampleRequest {
  readonly count?: number;
  readonly temperature: number;
  /** Draw from one class alone. */
  readonly class?: string;
  /** Values of the given columns of a model, each as `name=value`. */
  readonly given?: readonly string[];
  /** A file of them: rows are drawn for each of its rows. */
  readonly givenRows?: string;
  /** A file of rows that are completed. */
  readonly like?: string;
  readonly seed: number;
  /** Threads that draw. */
  readonly workers?: Workers;
  readonly json: boolean;
  readonly out?: string;
  readonly backend: BackendName;
}

/** `iresnet reconstruct`. */
export interface ReconstructRequest extends GivenData {
  readonly count: number;
  /** Threads that invert. */
  readonly workers?: Workers;
  readonly json: boolean;
  readonly out?: string;
  readonly backend: BackendName;
}

/** `iresnet interpolate`. */
export interface InterpolateRequest extends GivenData {
  /** As long as `to`. */
  readonly from?: readonly number[];
  readonly to?: readonly number[];
  /** Two names. */
  readonly classes?: readonly string[];
  readonly steps: number;
  readonly json: boolean;
  readonly out?: string;
  readonly backend: BackendName;
}

/** Refuse flags of new rows beside rows that are completed. */
export function checkLike({ like, ...flags }: Partial<SampleRequest>): void {
  const [other] = (['class', 'given', 'givenRows', 'workers'] as const).filter((name) => flags[name]);
  if (like !== undefined && other)
    throw new IResNetError(
      'argument',
      'iresnet sample',
      `expected --like without ${dashed(other)}, got both`,
    );
}

/** Refuse ends of paths that do not belong together. */
export function checkEnds(
  where: string,
  { from, to, classes }: Pick<InterpolateRequest, 'from' | 'to' | 'classes'>,
): void {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', where, what);
  };
  if (classes && (from || to)) refuse('expected --classes or --from and --to, got both');
  if (classes && classes.length !== 2) refuse(`expected two classes, got ${classes.join(',')}`);
  if (from?.length !== to?.length)
    refuse(`expected as many of --from as of --to, got ${from?.length ?? 0} and ${to?.length ?? 0}`);
}
