import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parseSafetensors, toSafetensors, type HostTensor } from '@iresnet/checkpoint';

/** The committed cases. */
export const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

/** A folder of its own for one test, gone afterwards. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'golden-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A folder with a copy of one case under another name. */
export async function copyOf(name: string, as = name): Promise<string> {
  const folder = await emptyFolder();
  await cp(join(fixtures, `${name}.json`), join(folder, `${as}.json`));
  await cp(join(fixtures, `${name}.safetensors`), join(folder, `${name}.safetensors`));
  return folder;
}

/** Change the manifest of a copy. */
export async function editManifest(
  folder: string,
  name: string,
  edit: (manifest: Record<string, Record<string, unknown>>) => void,
): Promise<void> {
  const path = join(folder, `${name}.json`);
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, Record<string, unknown>>;
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

/** Change the largest entry of one tensor of a copy. */
export async function editLargest(
  folder: string,
  name: string,
  tensor: string,
  edit: (value: number) => number,
): Promise<void> {
  const path = join(folder, `${name}.safetensors`);
  const tensors = new Map<string, HostTensor>(parseSafetensors(await readFile(path)).tensors);
  const data = tensors.get(tensor)!.data as Float32Array | Float64Array;
  let at = 0;
  data.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(data[at]!)) at = i;
  });
  data[at] = edit(data[at]!);
  await writeFile(path, toSafetensors(tensors));
}
