import { IResNetError } from '@iresnet/core';
import { configText } from './json';
import {
  MANIFEST,
  manifestOf,
  membersOf,
  parseMembers,
  sealedPart,
  verifyManifest,
  type FileRecord,
} from './manifest';
import { decodeModule, encodeModule, type ConfiguredModule, type StoredModule } from './storedModule';

export const TENSORS = 'model.safetensors';
export const CONFIG = 'config.json';

/**
 * The files of the folder that `saveModule` of `@iresnet/checkpoint/node` writes, by their names:
 * for a zip file in a browser, or any other store of files.
 *
 * @returns `model.safetensors`, `config.json` and `manifest.json` with their sizes and SHA-256.
 * @throws IResNetError of kind `argument` when the configuration is not plain JSON, and in a page
 * without https, where a browser gives no hashes.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { decodeModuleFiles, encodeModuleFiles } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.scalar(2)) } };
 * const files = await encodeModuleFiles({ config: { width: 8 }, module });
 * console.log([...files.keys()], (await decodeModuleFiles(files)).config); // …, { width: 8 }
 * ```
 */
export async function encodeModuleFiles(module: ConfiguredModule): Promise<Map<string, Uint8Array>> {
  const where = 'checkpoint.encodeModuleFiles';
  const utf8 = new TextEncoder();
  const text = (indent?: number): string => configText(module.config, where, indent);
  const files = new Map([
    [TENSORS, await encodeModule(module)],
    [CONFIG, utf8.encode(`${text(2)}\n`)],
  ]);
  const records = new Map<string, FileRecord>();
  for (const [name, bytes] of files)
    records.set(name, { bytes: bytes.length, sha256: await hashOf(bytes, where) });
  const members = membersOf(records, await hashOf(utf8.encode(text()), where));
  const seal = await hashOf(utf8.encode(sealedPart(members)), where);
  return files.set(MANIFEST, utf8.encode(manifestOf(members, seal)));
}

/**
 * The inverse of {@link encodeModuleFiles}, which verifies every byte of the tensors. It reads
 * `manifest.json` and `model.safetensors`; other files may be there. In a page without https, where
 * a browser gives no hashes, only the size is verified.
 *
 * @param where - The name of the folder, for messages.
 * @throws IResNetError of kind `data` that names the file and the reason.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { decodeModuleFiles, encodeModuleFiles } from '@iresnet/checkpoint';
 *
 * const files = await encodeModuleFiles({ config: {}, module: { params: { w: tf.variable(tf.ones([3])) } } });
 * console.log((await decodeModuleFiles(files)).tensors.get('w')?.shape); // [ 3 ]
 * ```
 */
export async function decodeModuleFiles(
  files: ReadonlyMap<string, Uint8Array>,
  where = 'checkpoint.decodeModuleFiles',
): Promise<StoredModule> {
  const of = (name: string): string => `${where}/${name}`;
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    throw new IResNetError('data', where, `expected ${name} in the folder of a model, got none`);
  };
  const text = new TextDecoder().decode(bytesOf(MANIFEST));
  const members = parseMembers(text, of(MANIFEST));
  const hashes = globalThis.crypto?.subtle !== undefined;
  const seal = hashes ? await hashOf(new TextEncoder().encode(sealedPart(members)), where) : sealIn(text);
  const record = verifyManifest(text, members, seal, of(MANIFEST)).files.get(TENSORS);
  if (!record) throw new IResNetError('data', of(MANIFEST), `expected a record of ${TENSORS}, got none`);
  const bytes = bytesOf(TENSORS);
  if (bytes.length !== record.bytes)
    throw new IResNetError('data', of(TENSORS), `expected ${record.bytes} bytes, got ${bytes.length}`);
  const got = hashes ? await hashOf(bytes, where) : record.sha256;
  if (got !== record.sha256)
    throw new IResNetError('data', of(TENSORS), `expected sha256 ${record.sha256}, got ${got}`);
  return decodeModule(bytes, { file: of(TENSORS) });
}

/** What a manifest says of itself. */
const sealIn = (text: string): string => String((JSON.parse(text) as { sha256?: unknown }).sha256);

/** SHA-256 in hexadecimal. */
async function hashOf(bytes: Uint8Array, where: string): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle)
    throw new IResNetError(
      'argument',
      where,
      'expected a page of https or localhost, where a browser gives hashes',
    );
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
