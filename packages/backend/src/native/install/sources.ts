import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { InstallFailure } from './failure';
import { coreSymbol } from '../load';
import { lastLines, run } from './run';

/** The version of `@tensorflow/tfjs-node` whose sources are built. */
export const tfjsNodeVersion = '4.22.0';

/**
 * The parts of the package that are needed: the addon's sources, and the backend with its kernels.
 */
const parts = ['binding', 'binding.gyp', 'package.json', 'README.md'].concat(
  ['kernels', 'register_all_kernels.js', 'nodejs_kernel_backend.js', 'int64_tensors.js'].map(
    (name) => `dist/${name}`,
  ),
);

/**
 * Find or fetch the sources of `@tensorflow/tfjs-node`, and return the folder of the package. They
 * come from `given` (a folder, or the tarball of `npm pack`), else from the project in the current
 * folder, else from the registry of npm.
 */
export async function findSources(
  given: string | undefined,
  scratch: string,
  abort?: AbortSignal,
): Promise<string> {
  if (given !== undefined) {
    if (!existsSync(given)) {
      throw new InstallFailure(`There is no ${given}.`, '--sources takes a folder or a tarball.');
    }
    return checked(
      statSync(given).isDirectory() ? resolve(given) : await unpackTarball(resolve(given), scratch),
    );
  }
  try {
    const found = createRequire(join(process.cwd(), 'x.js')).resolve('@tensorflow/tfjs-node/package.json');
    if (versionOf(dirname(found)) === tfjsNodeVersion) return checked(dirname(found));
  } catch {
    // The project has none.
  }
  const npm = process.env['npm_execpath'];
  const args = ['pack', '--silent', '--prefer-offline', `@tensorflow/tfjs-node@${tfjsNodeVersion}`];
  const options = { cwd: scratch, ...(abort && { abort }) };
  const packed = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args], options)
    : await run('npm', args, options);
  const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined) {
    throw new InstallFailure(
      `npm could not fetch the sources of @tensorflow/tfjs-node: ${lastLines(packed.output)}`,
      `Without network, get them elsewhere (npm pack @tensorflow/tfjs-node@${tfjsNodeVersion}) and use --sources FILE.`,
    );
  }
  return checked(await unpackTarball(join(scratch, tarball), scratch));
}

async function unpackTarball(file: string, scratch: string): Promise<string> {
  const { code, output } = await run('tar', ['-xzf', file, '-C', scratch]);
  if (code !== 0) {
    throw new InstallFailure(`${file} could not be unpacked: ${lastLines(output, 1)}`, 'Fetch it again.');
  }
  return join(scratch, 'package');
}

function versionOf(folder: string): string | undefined {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string }).version;
}

function checked(folder: string): string {
  for (const part of parts) {
    if (!existsSync(join(folder, part))) {
      throw new InstallFailure(
        `${folder} is not the package @tensorflow/tfjs-node: ${part} is missing.`,
        `Use the tarball of npm pack @tensorflow/tfjs-node@${tfjsNodeVersion}.`,
      );
    }
  }
  const version = versionOf(folder);
  if (version !== tfjsNodeVersion) {
    throw new InstallFailure(
      `${folder} is version ${version ?? '?'} of @tensorflow/tfjs-node, not ${tfjsNodeVersion}.`,
      `Use the tarball of npm pack @tensorflow/tfjs-node@${tfjsNodeVersion}.`,
    );
  }
  return folder;
}

/**
 * Copy the parts that are needed, and replace the dependencies of the package. The caller's
 * tfjs-core stands for `@tensorflow/tfjs`: the kernels use nothing else of it. The protocol buffers
 * become an empty module: only summaries use them.
 */
export function copySources(sources: string, folder: string): void {
  for (const part of parts) cpSync(join(sources, part), join(folder, part), { recursive: true });
  const core = `module.exports = globalThis[Symbol.for('${coreSymbol}')];\n`;
  for (const name of ['tfjs', 'tfjs-core']) write(folder, `node_modules/@tensorflow/${name}/index.js`, core);
  write(folder, 'dist/proto/api_pb.js', 'module.exports = {};\n');
}

function write(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
