import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InstallFailure } from './failure';
import { lastLines, run } from './run';
import { unpackWheel } from './wheel';

const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'tensorflow/tsl/', 'tsl/', 'xla/tsl/'].map(
  (folder) => `tensorflow/include/${folder}`,
);

/** The files of the library: their names in the wheel, and those that the linker looks for. */
const libraries: Readonly<Record<string, string>> =
  process.platform === 'darwin'
    ? {
        'libtensorflow_cc.2.dylib': 'libtensorflow.2.dylib',
        'libtensorflow_framework.2.dylib': 'libtensorflow_framework.2.dylib',
      }
    : {
        'libtensorflow_cc.so.2': 'libtensorflow.so',
        'libtensorflow_framework.so.2': 'libtensorflow_framework.so',
      };

/**
 * Unpack the library and the headers of a wheel into `deps`, where the addon's build looks for
 * them.
 */
export async function layOut(
  python: string,
  wheel: string,
  folder: string,
  abort?: AbortSignal,
): Promise<void> {
  const unpacked = join(folder, 'wheel');
  await unpackWheel(python, wheel, unpacked, ['tensorflow/libtensorflow', ...headers], abort);
  const lib = join(folder, 'deps', 'lib');
  mkdirSync(lib, { recursive: true });
  for (const [file, link] of Object.entries(libraries)) {
    const from = join(unpacked, 'tensorflow', file);
    if (!existsSync(from)) {
      throw new InstallFailure(
        `The wheel ${wheel} has no tensorflow/${file}.`,
        'The wheels of TensorFlow 2.15 to 2.21 for this platform have it. Choose one with --tensorflow or --wheel.',
      );
    }
    renameSync(from, join(lib, file));
    if (link !== file) symlinkSync(file, join(lib, link));
  }
  const include = join(unpacked, 'tensorflow', 'include');
  if (!existsSync(join(include, 'tensorflow', 'c', 'eager', 'c_api.h'))) {
    throw new InstallFailure(
      `The wheel ${wheel} has no headers of the C API.`,
      'Choose another version with --tensorflow or --wheel.',
    );
  }
  renameSync(include, join(folder, 'deps', 'include'));
  rmSync(unpacked, { recursive: true });
}

/** Compile the addon with node-gyp, then remove the files that only the build needs. */
export async function compile(folder: string, abort?: AbortSignal): Promise<void> {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  // Node's headers, next to Node or in the system, of any version: Node-API is the same in all.
  // Without them, node-gyp fetches some.
  const headersOf = process.env['npm_config_nodedir']
    ? undefined // node-gyp reads it
    : [prefix, '/usr', '/usr/local'].find((p) => existsSync(join(p, 'include', 'node', 'node_api.h')));
  const args = [
    ...['rebuild', '--jobs=2', '--module_name=tfjs_binding', '--napi_build_version=8'],
    `--module_path=${join(folder, 'build', 'product')}`,
    ...(headersOf === undefined ? [] : [`--nodedir=${headersOf}`]),
  ];
  const env = { ...process.env };
  if (process.platform === 'darwin') {
    env['LDFLAGS'] = `${env['LDFLAGS'] ?? ''} -Wl,-rpath,@loader_path/../../deps/lib`;
  }
  const [program, first] = nodeGyp();
  const { code, output } = await run(program, [...first, ...args], {
    cwd: folder,
    env,
    ...(abort && { abort }),
  });
  const built = join(folder, 'build', 'Release', 'tfjs_binding.node');
  if (code !== 0 || !existsSync(built)) {
    const errors = output.split('\n').filter((line) => /error|ERR! stack|not found/i.test(line));
    throw new InstallFailure(
      `node-gyp could not build the addon: ${errors.slice(0, 4).join('\n  ') || lastLines(output)}`,
      /headers|ENOTFOUND|ECONN|EAI_AGAIN|nodejs\.org|403|ETIMEDOUT/.test(output)
        ? 'node-gyp could not fetch the headers of Node. Set npm_config_nodedir to a folder with include/node/node_api.h.'
        : 'A C++17 compiler is needed (g++ 9, clang 10 or newer).',
    );
  }
  const product = join(folder, 'lib', 'napi-v8');
  mkdirSync(product, { recursive: true });
  copyFileSync(built, join(product, 'tfjs_binding.node'));
  rmSync(join(folder, 'build'), { recursive: true });
  rmSync(join(folder, 'deps', 'include'), { recursive: true });
  for (const name of readdirSync(join(folder, 'deps', 'lib'))) {
    if (name.endsWith('.so')) rmSync(join(folder, 'deps', 'lib', name)); // links for the linker
  }
}

/** The node-gyp of the npm that runs this command, of the npm next to Node, or of the project. */
function nodeGyp(): [string, string[]] {
  const inNpm = ['node_modules', 'node-gyp', 'bin', 'node-gyp.js'];
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const candidates = [
    process.env['npm_config_node_gyp'],
    process.env['npm_execpath'] && join(dirname(dirname(process.env['npm_execpath'])), ...inNpm),
    join(prefix, 'lib', 'node_modules', 'npm', ...inNpm),
    join('/usr/lib/node_modules/npm', ...inNpm),
    join('/usr/local/lib/node_modules/npm', ...inNpm),
  ];
  for (const file of candidates) if (file && existsSync(file)) return [process.execPath, [file]];
  try {
    // A dependency of the project, not of this package.
    const project = createRequire(join(process.cwd(), 'x.js'));
    return [process.execPath, [project.resolve(['node-gyp', 'bin', 'node-gyp.js'].join('/'))]];
  } catch {
    return ['npx', ['--yes', 'node-gyp']];
  }
}
