import { join } from 'node:path';
import type { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { ioError, machineFileSystem, namesIn, parseBesideName, type FileSystemOptions } from './fileSystem';
import { loadCheckpoint, type Checkpoint } from './loadCheckpoint';

/** Options of {@link latestCheckpoint}. */
export interface LatestCheckpointOptions extends FileSystemOptions {
  /** Called with every newer folder that did not verify, and the reason. */
  readonly onSkip?: (dir: string, error: IResNetError) => void;
}

/**
 * The newest checkpoint in `root` that verifies, or undefined when there is none.
 *
 * The newest is the last by name, with digits compared as numbers (`step-9` before `step-10`), so
 * clocks and copied folders do not matter. No pointer file is trusted. A folder that fails is
 * skipped and given to `onSkip`, so that a run resumes from the one before it.
 *
 * @param root - The folder that holds the checkpoints; it may be missing.
 * @throws IResNetError of kind `data` when `root` cannot be listed.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { latestCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
 *
 * const root = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * for (const step of [100, 200]) {
 *   await saveCheckpoint(join(root, `step-${step}`), { 'state.json': `{"step": ${step}}` });
 * }
 * const onSkip = (dir: string, error: Error) => console.warn(`skipped ${dir}: ${error.message}`);
 * const newest = await latestCheckpoint(root, { onSkip });
 * console.log(newest?.dir);
 * ```
 */
export async function latestCheckpoint(
  root: string,
  options: LatestCheckpointOptions = {},
): Promise<Checkpoint | undefined> {
  checkOptions('checkpoint.latestCheckpoint', options, { fs: true, onSkip: true });
  const { fs = machineFileSystem, onSkip } = options;
  let names: string[];
  try {
    names = await namesIn(fs, root);
  } catch (error) {
    throw ioError('checkpoint.latestCheckpoint', 'list', root, error);
  }
  // A crash can leave a folder moved aside. It still counts under its own name.
  const bases = names.flatMap((name) => {
    const beside = parseBesideName(name);
    return beside ? (beside.role === 'old' ? [beside.base] : []) : [name];
  });
  const { compare } = new Intl.Collator('en', { numeric: true });
  for (const name of [...new Set(bases)].sort(compare).reverse()) {
    const dir = join(root, name);
    const entry = await fs.stat(dir).catch(() => undefined);
    if (entry?.isDirectory() === false) continue; // a log file, say
    try {
      return await loadCheckpoint(dir, { fs });
    } catch (error) {
      onSkip?.(dir, error as IResNetError);
    }
  }
  return undefined;
}
