import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asFunctionBody, withoutTypes } from '../../../scripts/examples';
import { closure, install, offerPeers, pack, publishable, run, type Tarball } from './tarballs';

// Each published package alone, as its user gets it: its own tarball, those that it depends on, TensorFlow.js, no more.
const all = publishable();
const tarballs = new Map<string, Tarball>();
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'packed-'));
  offerPeers(home);
  for (const [name, workspace] of all) tarballs.set(name, await pack(workspace, home));
}, 240_000);

afterAll(() => rm(home, { recursive: true, force: true }));

describe.each([...all.keys()])('%s', (name) => {
  const project = (): string => join(home, name.replace('/', '-'));

  test('the tarball holds the build, the README, the license and nothing else', () => {
    const files = tarballs.get(name)?.files ?? [];
    expect(files.filter((file) => !file.startsWith('dist/')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(files.filter((file) => /^dist\/(index|bin)\.(js|cjs)$/.test(file))).not.toEqual([]);
  });

  test('it installs with its own dependencies only', async () => {
    const needed = closure(name, all);
    const paths = needed.map((each) => tarballs.get(each)?.path ?? '');
    await install(
      project(),
      paths,
      needed.map((each) => all.get(each)!),
    );
    // A second copy of TensorFlow.js would be a second engine, whose tensors the first cannot read.
    if (!all.get(name)?.manifest.dependencies?.['@tensorflow/tfjs-core'])
      expect(existsSync(join(project(), 'node_modules/@tensorflow'))).toBe(false);
  });

  const { bin = {}, main } = all.get(name)!.manifest;
  test.each(Object.keys(bin))('its command %s prints its help', async (command) => {
    const { stdout } = await run(join(project(), 'node_modules/.bin', command), ['--help'], {
      cwd: project(),
    });
    expect(stdout).toContain('Usage: ');
  });

  if (main !== undefined) {
    test('the example of the README runs as an ES module', async () => {
      await execute(project(), 'example.mjs', await withoutTypes(readmeExample(project(), name)));
    });

    test('the example of the README runs as CommonJS', async () => {
      const body = await asFunctionBody(readmeExample(project(), name), 'require');
      await execute(project(), 'example.cjs', `(async () => {\n${body}\n})();`);
    });
  }
});

/** The first ```ts block of the README that was installed. */
function readmeExample(project: string, name: string): string {
  const readme = readFileSync(join(project, 'node_modules', name, 'README.md'), 'utf8');
  const code = /^```ts\n([\s\S]*?)^```/m.exec(readme)?.[1];
  if (!code) throw new Error(`the README of ${name} has no example`);
  return code;
}

/** Write a program into a project and run it there in a Node process of its own, which must end well. */
async function execute(project: string, file: string, code: string): Promise<void> {
  writeFileSync(join(project, file), code);
  await run(process.execPath, [file], { cwd: project });
}
