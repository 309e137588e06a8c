/**
 * Crash-safe files and folders for Node: a checkpoint is complete or absent, and every byte of it
 * is verified when it is loaded.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { assign } from '@iresnet/checkpoint';
 * import { loadModule, saveModule } from '@iresnet/checkpoint/node';
 *
 * const module = { params: { bias: tf.variable(tf.ones([3])) } };
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'model');
 * await saveModule(dir, { config: { size: 3 }, module });
 *
 * const { config, tensors } = await loadModule(dir);
 * assign(module, tensors);
 * console.log(config); // { size: 3 }
 * ```
 *
 * @packageDocumentation
 */
export type { FileStatus, FileSystem, FileSystemOptions, OpenFile } from './node/fileSystem';
export { writeFileAtomic, type FileContent, type WriteFileOptions } from './node/writeFileAtomic';
export { hashConfig } from './node/manifest';
export type { FileRecord, Manifest } from './manifest';
export { saveCheckpoint, type SaveCheckpointOptions } from './node/saveCheckpoint';
export { loadCheckpoint, type Checkpoint } from './node/loadCheckpoint';
export { hasCheckpoint } from './node/hasCheckpoint';
export { removeCheckpoint } from './node/removeCheckpoint';
export { latestCheckpoint, type LatestCheckpointOptions } from './node/latestCheckpoint';
export { sweep, type SweepOptions } from './node/sweep';
export { loadModule, saveModule } from './node/moduleFolder';
