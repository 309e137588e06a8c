import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';

/** The one manifest format that is read. */
const FORMAT = 'golden-reference-1';

/** What a manifest says about one tensor of its file. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly layout: string;
  readonly meaning: string;
  /** How far the official float32 value is from its float64 recomputation. */
  readonly f32_vs_f64_max_abs?: number;
  readonly max_abs?: number;
}

/** One case: what was computed, from what, and where the numbers are. */
export interface Manifest {
  readonly case: string;
  readonly title: string;
  /** The tensor file, beside the manifest. */
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly scalars: Readonly<Record<string, { readonly value: unknown }>>;
  readonly tensors: Readonly<Record<string, TensorEntry>>;
}

/** A file that should be a manifest: what it holds, or why it cannot be read. */
export interface ManifestFile {
  /** The name without `.json`. */
  readonly name: string;
  readonly manifest?: Manifest;
  readonly error?: IResNetError;
}

/**
 * Every manifest of a folder, by name. JSON of another format is passed over; what is no JSON is an
 * error of that file alone.
 *
 * @throws IResNetError of kind `data` when the folder cannot be listed or holds no manifest.
 */
export async function readManifests(folder: string): Promise<readonly ManifestFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new IResNetError('data', folder, `expected a folder, got ${String(error)}`);
  });
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => readManifest(join(folder, name), name.slice(0, -'.json'.length))),
  );
  const manifests = files.filter((file) => file.manifest ?? file.error);
  if (manifests.length === 0) {
    throw new IResNetError('data', folder, `expected manifests of format "${FORMAT}", got none`);
  }
  return manifests;
}

async function readManifest(path: string, name: string): Promise<ManifestFile> {
  const fail = (what: string): ManifestFile => ({ name, error: new IResNetError('data', path, what) });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return fail(`expected JSON, got ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return { name };
  for (const key of ['case', 'title', 'file'] as const) {
    if (typeof value[key] !== 'string') return fail(`expected a string under "${key}"`);
  }
  const { tensors, config = {}, scalars = {} } = value;
  if (!isRecord(tensors) || !isRecord(config) || !isRecord(scalars)) {
    return fail('expected objects under "config", "scalars" and "tensors"');
  }
  for (const [key, entry] of Object.entries(tensors)) {
    if (!isRecord(entry) || typeof entry['dtype'] !== 'string' || !Array.isArray(entry['shape'])) {
      return fail(`tensor "${key}": expected dtype and shape`);
    }
  }
  return { name, manifest: { ...value, config, scalars } as unknown as Manifest };
}

/** A number of a configuration. */
export function numberIn(config: Readonly<Record<string, unknown>>, key: string): number {
  const value = config[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new IResNetError(
    'data',
    'manifest',
    `expected a number under "${key}", got ${JSON.stringify(value)}`,
  );
}

/** A string of a configuration. */
export function stringIn(config: Readonly<Record<string, unknown>>, key: string): string {
  const value = config[key];
  if (typeof value === 'string') return value;
  throw new IResNetError(
    'data',
    'manifest',
    `expected a string under "${key}", got ${JSON.stringify(value)}`,
  );
}

/** A list of a configuration; its items are for the caller to read. */
export function listIn(config: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const value = config[key];
  if (Array.isArray(value)) return value;
  throw new IResNetError('data', 'manifest', `expected a list under "${key}", got ${JSON.stringify(value)}`);
}

/** Whether a value is a plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
