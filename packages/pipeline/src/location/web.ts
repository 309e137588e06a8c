import { decodeModule } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import type { Stored } from '../format';

/** What was stored at a place; `where` is that of the configuration, for messages. */
export type Located = Stored & { readonly where: string };

/** What is read of a manifest. */
interface Record {
  readonly bytes: number;
  readonly sha256: string;
}

const MODEL = 'model.safetensors';
const MANIFEST = 'manifest.json';

/** Read a model by its URL: the folder of a model or of a run, or a safetensors file. */
export async function readStored(location: string | URL): Promise<Located> {
  const base = globalThis.document?.baseURI ?? (globalThis as { location?: { href: string } }).location?.href;
  const url = new URL(location, base);
  if (url.pathname.endsWith('.safetensors')) {
    return { ...decodeModule(await bytesOf(url), { file: url.href }), where: url.href, file: url.href };
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const inner = new URL('model/', url);
  for (const folder of [url, inner]) {
    const manifest = await fetched(new URL(MANIFEST, folder));
    if (!manifest) continue;
    const file = new URL(MODEL, folder);
    const record = recordOf(await manifest.text(), new URL(MANIFEST, folder).href);
    const bytes = await bytesOf(file);
    await verify(bytes, record, file.href);
    return { ...decodeModule(bytes, { file: file.href }), where: folder.href, file: file.href };
  }
  const what = `expected the folder of a run or of a model, got no ${MANIFEST} in it`;
  throw new IResNetError('data', url.href, what);
}

function recordOf(text: string, where: string): Record {
  try {
    const { files } = JSON.parse(text) as { files: { [name: string]: Record | undefined } };
    const record = files[MODEL];
    if (Number.isSafeInteger(record?.bytes) && typeof record?.sha256 === 'string') return record;
  } catch {
    // The message is the same.
  }
  throw new IResNetError(
    'data',
    where,
    `expected a manifest with the size and sha256 of ${MODEL}, got other text`,
  );
}

async function verify(bytes: Uint8Array, { bytes: size, sha256 }: Record, where: string): Promise<void> {
  if (bytes.length !== size)
    throw new IResNetError('data', where, `expected ${size} bytes, got ${bytes.length}`);
  // Pages without https have no hashes: there the transport is as little to be trusted as the page.
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  const got = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (got !== sha256) throw new IResNetError('data', where, `expected sha256 ${sha256}, got ${got}`);
}

async function bytesOf(url: URL): Promise<Uint8Array> {
  const response = await fetched(url);
  if (!response) throw new IResNetError('data', url.href, 'expected a file, got nothing there (404)');
  return new Uint8Array(await response.arrayBuffer());
}

/** The answer to a request, or null where there is nothing. */
async function fetched(url: URL): Promise<Response | null> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    const what = `expected an answer, got ${(error as Error).message}`;
    throw new IResNetError('data', url.href, what, {}, { cause: error });
  }
  if (response.status === 404) return null;
  if (!response.ok)
    throw new IResNetError('data', url.href, `expected a file, got status ${response.status}`);
  return response;
}
