import { decodeModule, decodeModuleFiles } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import type { Stored } from '../format';

/** What was stored at a place; `where` is that of the configuration, for messages. */
export type Located = Stored & { readonly where: string };

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
    const files = new Map([
      [MANIFEST, new Uint8Array(await manifest.arrayBuffer())],
      [MODEL, await bytesOf(file)],
    ]);
    const stored = await decodeModuleFiles(files, folder.href.replace(/\/$/, ''));
    return { ...stored, where: folder.href, file: file.href };
  }
  const what = `expected the folder of a run or of a model, got no ${MANIFEST} in it`;
  throw new IResNetError('data', url.href, what);
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
