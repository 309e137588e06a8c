import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeModule } from '@iresnet/checkpoint';
import { hasCheckpoint, loadModule } from '@iresnet/checkpoint/node';
import { IResNetError } from '@iresnet/core';
import { readStored as readWeb, type Located } from './web';

/** Read a model by its folder, its safetensors file or its URL. */
export async function readStored(location: string | URL): Promise<Located> {
  const text = String(location);
  if (/^https?:/.test(text)) return readWeb(location);
  const path = text.startsWith('file:') ? fileURLToPath(text) : text;
  if (path.endsWith('.safetensors') && statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return { ...decodeModule(await readFile(path), { file: path }), where: path, file: path };
  }
  const dir = modelFolder(path);
  const file = join(dir, 'model.safetensors');
  return { ...(await loadModule(dir)), where: join(dir, 'config.json'), file };
}

/**
 * The folder of a model that a path means: itself, or the `model` of a run.
 *
 * @throws IResNetError of kind `data` when there is none.
 */
export function modelFolder(path: string): string {
  if (hasCheckpoint(path)) return path;
  const inner = join(path, 'model');
  if (existsSync(inner) || hasCheckpoint(inner)) return inner;
  const found = existsSync(path) ? 'no model in it' : 'nothing there';
  throw new IResNetError('data', path, `expected the folder of a run or of a model, got ${found}`);
}
