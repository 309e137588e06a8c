import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { install, link, packAll, publishable } from '../../../packed/test/tarballs';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder where the packages are installed as they are published. */
    published: string;
  }
}

/** Pack the published packages and install the tarballs, once for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'browser-'));
  const folder = join(home, 'project');
  const libraries = [...publishable().values()].filter(({ manifest }) => manifest.name !== '@iresnet/cli');
  await install(folder, await packAll(home), libraries);
  const backends = ['cpu', 'wasm', 'webgl', 'webgpu'].map((name) => `@tensorflow/tfjs-backend-${name}`);
  link(folder, ['@tensorflow/tfjs-core', ...backends]);
  project.provide('published', folder);
  return () => rm(home, { recursive: true, force: true });
}
