import { lstatSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { asFunctionBody, withoutTypes } from '../../../scripts/examples';
import { closure, install, link, publishable, readmeOf, run } from './tarballs';

// Each published package alone, as its user gets it from npm: what the command in its README
// installs, no more.
const { home, tarballs } = inject('packed');
const all = publishable();

describe.each([...all.keys()])('%s', (name) => {
  const workspace = all.get(name)!;
  const { bin = {}, main, dependencies = {} } = workspace.manifest;
  const project = join(home, 'npm', name.replace('/', '-'));
  const installs = main === undefined ? [name] : readmeOf(workspace).installs;

  test('the tarball holds the build, the README, the license and nothing else', () => {
    const files = tarballs[name]!.files;
    const others = files.filter((file) => !file.startsWith('dist/') && file !== 'CHANGELOG.md'); // from its first release on
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => /^dist\/(index|bin)\.(js|cjs)$/.test(file))).not.toEqual([]);
  });

  beforeAll(async () => {
    const needed = new Set(
      installs.filter((given) => all.has(given)).flatMap((given) => closure(given, all)),
    );
    const workspaces = [...needed].map((given) => all.get(given)!);
    await install(project, tarballs, workspaces);
    // A second copy of TensorFlow.js would be a second engine, whose tensors the first cannot read.
    if (!('@tensorflow/tfjs-core' in dependencies))
      expect(existsSync(join(project, 'node_modules/@tensorflow'))).toBe(false);
    const tensorflow = installs.filter((given) => given.startsWith('@tensorflow/'));
    link(project, tensorflow);
  }, 60_000);

  test('it needs the parts of TensorFlow.js that it names, and not all of it', () => {
    const folder = join(project, 'node_modules/@tensorflow');
    const entries = existsSync(folder) ? readdirSync(folder) : [];
    const named = [...installs, ...Object.keys(dependencies)].filter((given) =>
      given.startsWith('@tensorflow/'),
    );
    expect(entries.map((entry) => `@tensorflow/${entry}`).sort()).toEqual(named.sort());
    expect(entries).not.toContain('tfjs'); // 280 MB
    // None is a copy: all are links to the installation of this repository.
    expect(entries.filter((entry) => !lstatSync(join(folder, entry)).isSymbolicLink())).toEqual([]);
  });

  test.each(Object.keys(bin))('its command %s prints its help', async (command) => {
    const { stdout } = await run(join(project, 'node_modules/.bin', command), ['--help'], { cwd: project });
    expect(stdout).toContain('Usage: ');
  });

  if (main !== undefined) {
    const example = (): string => readmeOf(workspace).example;

    test('the example of the README runs as an ES module', async () => {
      await execute(project, 'example.mjs', await withoutTypes(example()));
    });

    test('the example of the README runs as CommonJS', async () => {
      const body = await asFunctionBody(example(), 'require');
      await execute(project, 'example.cjs', `(async () => {\n${body}\n})();`);
    });

    test('the example of the README can be bundled for the browser, and runs as a bundle', async () => {
      writeFileSync(join(project, 'source.ts'), example());
      const options: BuildOptions = {
        absWorkingDir: project,
        entryPoints: ['source.ts'],
        bundle: true,
        format: 'esm',
      };
      await build({ ...options, platform: 'browser', write: false, logLevel: 'silent' });
      // As bundlers do for browsers, the modules of TensorFlow.js are taken; only its platform is
      // that of Node.
      const require =
        "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";
      const banner = { js: require };
      await build({
        ...options,
        platform: 'node',
        mainFields: ['module', 'main'],
        banner,
        outfile: 'bundle.mjs',
      });
      await run(process.execPath, ['bundle.mjs'], { cwd: project });
    });
  }
});

/**
 * Write a program into a project and run it there in a Node process of its own, which must end
 * well.
 */
async function execute(project: string, file: string, code: string): Promise<void> {
  writeFileSync(join(project, file), code);
  await run(process.execPath, [file], { cwd: project });
}
