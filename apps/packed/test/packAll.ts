import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { packAll, type Tarball } from './tarballs';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for projects, and the tarball of each published package by name. */
    packed: { home: string; tarballs: Record<string, Tarball> };
  }
}

/** Pack every published workspace once, for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'packed-'));
  project.provide('packed', { home, tarballs: await packAll(home) });
  return () => rm(home, { recursive: true, force: true });
}
