import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tidy } from '@tensorflow/tfjs-core';
import { parseSafetensors } from '@iresnet/checkpoint';
import { goldenCase, type Check } from './goldenCase';
import { kinds } from './kinds';
import { readManifests, type Manifest } from './manifest';

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  /** The kind that took it, or null. */
  readonly kind: string | null;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or the error that ended it. */
  readonly reason?: string;
  readonly checks: readonly Check[];
  /** Tensors of the case that were not compared, with the reason. */
  readonly notCompared: readonly { readonly reason: string; readonly names: readonly string[] }[];
}

/** Which cases to run. */
export interface RunOptions {
  /** Only cases of this kind; those of others are skipped. */
  readonly only?: string;
  /** Told of each result as it comes. */
  readonly onResult?: (result: CaseResult) => void;
}

/**
 * Run every case of a folder.
 *
 * @throws IResNetError of kind `data` when there is no case. What is wrong with one case is that
 * case's failure.
 */
export async function runFolder(folder: string, options: RunOptions = {}): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, manifest, error } of await readManifests(folder)) {
    const result: CaseResult = manifest
      ? await runCase(folder, name, manifest, options.only)
      : { name, kind: null, outcome: 'failed', reason: error!.message, checks: [], notCompared: [] };
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

async function runCase(
  folder: string,
  name: string,
  manifest: Manifest,
  only: string | undefined,
): Promise<CaseResult> {
  const kind = kinds.find((known) => known.matches(manifest));
  const base = { name, kind: kind?.name ?? null, checks: [], notCompared: [] };
  const skipped = (reason: string): CaseResult => ({ ...base, outcome: 'skipped', reason });
  if (!kind) return skipped(`no kind knows "${manifest.title}"`);
  if (only !== undefined && kind.name !== only) return skipped(`not ${only}`);
  const unable = kind.unable(manifest);
  if (unable !== undefined) return skipped(unable);
  const file = join(folder, manifest.file);
  try {
    const golden = goldenCase(manifest, parseSafetensors(await readFile(file), { file }).tensors, file);
    tidy(() => kind.run(golden));
    const { checks, left: notCompared, untouched } = golden;
    const reason = incomplete(checks, untouched);
    const failed = reason !== undefined || checks.some(isFailure);
    return {
      ...base,
      outcome: failed ? 'failed' : 'passed',
      ...(reason === undefined ? {} : { reason }),
      checks,
      notCompared,
    };
  } catch (error) {
    return { ...base, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * What a case lacks, or undefined when something was compared and every tensor is accounted for.
 */
function incomplete(checks: readonly Check[], untouched: readonly string[]): string | undefined {
  if (checks.length === 0) return 'nothing was compared';
  if (untouched.length === 0) return undefined;
  return `expected every tensor read, compared or excused, got unknown ${untouched.join(', ')}`;
}

/** Whether a result is too far from its reference; NaN is. */
export function isFailure({ error, tolerance }: Check): boolean {
  return !(error <= tolerance);
}
