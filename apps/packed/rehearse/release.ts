import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clean, root } from './shell';

/**
 * What a release changes and ships, in a folder of its own, so that the work tree stays as it is.
 */
export interface Release {
  /**
   * Raise the versions as the waiting changesets say; gives the new version of each package. Throws
   * where the first number would rise: a package that others have as a peer can cause that.
   */
  version(): Promise<Readonly<Record<string, string>>>;
  /** A changeset that names every package, as a later release has it. */
  change(kind: 'patch' | 'minor', text: string): void;
  /** Publish every package whose new version the registry does not have, dependencies first. */
  publish(npmrc: string): Promise<void>;
}

/** Copy the files of the work tree that git knows, and the builds, into `folder`. */
export async function copyRelease(folder: string, names: ReadonlyMap<string, string>): Promise<Release> {
  const listed = await clean('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  for (const file of listed.split('\0').filter((name) => name && existsSync(join(root, name)))) {
    if (/^apps\/(golden|bench|browser|playground)\/(?!package\.json)|\/test\//.test(file)) continue;
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const dir of names.values()) {
    if (!existsSync(join(root, dir, 'dist'))) throw new Error(`${dir} is not built: run \`npm run build\``);
    cpSync(join(root, dir, 'dist'), join(folder, dir, 'dist'), { recursive: true });
  }
  const versions = (): Record<string, string> =>
    Object.fromEntries(
      [...names].map(([name, dir]) => {
        const manifest = readFileSync(join(folder, dir, 'package.json'), 'utf8');
        return [name, (JSON.parse(manifest) as { version: string }).version];
      }),
    );

  return {
    async version() {
      // Changesets reads the changelog's commits from a repository.
      if (!existsSync(join(folder, '.git'))) await clean('git', ['init', '--quiet'], folder);
      const before = versions();
      const changeset = join(root, 'node_modules/@changesets/cli/bin.js');
      await clean(process.execPath, [changeset, 'version'], folder);
      const after = versions();
      for (const [name, version] of Object.entries(after))
        if (version.split('.')[0] !== before[name]!.split('.')[0])
          throw new Error(
            `${name} would go from ${before[name]} to ${version}, and no changeset asks for it`,
          );
      return after;
    },
    change(kind, text) {
      const lines = [...names.keys()].map((name) => `'${name}': ${kind}`);
      writeFileSync(join(folder, '.changeset/rehearsal.md'), `---\n${lines.join('\n')}\n---\n\n${text}\n`);
    },
    async publish(npmrc) {
      const userconfig = join(folder, '.rehearsal-npmrc');
      writeFileSync(userconfig, npmrc);
      for (const dir of names.values()) {
        const options = ['--ignore-scripts', '--access', 'public', '--userconfig', userconfig];
        await clean('npm', ['publish', `./${dir}`, ...options], folder);
      }
      rmSync(userconfig);
    },
  };
}
