import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InstallFailure } from './failure';
import { platformName } from '../folder';
import { lastLines, run, type RunResult } from './run';

/** A TensorFlow wheel to ask pip for. */
export interface WheelRequest {
  readonly requirement: string;
  /** Platform tags; a wheel with any of them fits. */
  readonly platforms: readonly string[];
}

const manylinux = (arch: string): string[] =>
  ['manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].map((tag) => `${tag}_${arch}`);
const platforms: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': manylinux('x86_64'),
  'linux-arm64': manylinux('aarch64'),
  'darwin-arm64': ['macosx_12_0_arm64'],
  'darwin-x64': ['macosx_10_15_x86_64'],
};

/** The default version of TensorFlow. The last wheels for Intel Macs are those of 2.16. */
export const defaultTensorflow = (platform: string): string =>
  platform === 'darwin-x64' ? '2.16.2' : '2.18.1';

/** The wheel that a platform needs. Fails if TensorFlow has none. */
export function wheelRequest(gpu: boolean, version?: string, platform = platformName()): WheelRequest {
  const tags = platforms[platform];
  if (tags === undefined) {
    throw new InstallFailure(
      `TensorFlow has no wheel with its C library for ${platform}.`,
      'Linux (x64, arm64) and macOS have one. On Windows use WSL; elsewhere use the wasm backend.',
    );
  }
  if (gpu && platform !== 'linux-x64') {
    throw new InstallFailure(`TensorFlow has no GPU wheel for ${platform}.`, 'Leave --gpu out.');
  }
  // tensorflow-cpu, which has no CUDA kernels, exists only for Linux on x64.
  const name = platform === 'linux-x64' && !gpu ? 'tensorflow-cpu' : 'tensorflow';
  return { requirement: `${name}==${version ?? defaultTensorflow(platform)}`, platforms: tags };
}

/** The version in the file name of a TensorFlow wheel. */
export function wheelVersion(file: string): string {
  const version = /^tensorflow(?:_cpu)?-([0-9][^-]*)-.*\.whl$/.exec(basename(file))?.[1];
  if (version === undefined) {
    throw new InstallFailure(
      `${file} is not named like a TensorFlow wheel (tensorflow_cpu-2.18.1-….whl).`,
      'Use the file under the name that pip gave it.',
    );
  }
  return version;
}

/**
 * Fetch a wheel with pip, and return the file. Any Python will do, since only the C library is
 * used.
 */
export async function fetchWheel(
  python: string,
  { requirement, platforms: tags }: WheelRequest,
  folder: string,
  abort?: AbortSignal,
): Promise<string> {
  const args = [
    ...[
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
    ],
    ...['--implementation', 'cp', '--python-version', '311', '--abi', 'cp311', '--abi', 'none'],
    ...tags.flatMap((tag) => ['--platform', tag]),
    ...['--dest', folder, requirement],
  ];
  const result = await run(python, args, { ...(abort && { abort }) });
  const name = requirement.split('==')[0]!.replaceAll('-', '_');
  const file = readdirSync(folder).find((f) => f.startsWith(`${name}-`) && f.endsWith('.whl'));
  if (result.code !== 0 || file === undefined) throw fetchFailure(requirement, result);
  return join(folder, file);
}

function fetchFailure(requirement: string, { output }: RunResult): InstallFailure {
  const remedy = /No space left/.test(output)
    ? 'Free some disk space; pip also needs it in its temporary and cache folders.'
    : 'Check the network, the index of pip and the version (--tensorflow). Without network use --wheel FILE.';
  return new InstallFailure(`pip could not fetch ${requirement}: ${lastLines(output)}`, remedy);
}

const unpack = `
import sys, zipfile
wheel, dest, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    for name in z.namelist():
        if name.startswith(tuple(prefixes)):
            z.extract(name, dest)
`;

/** Unpack the members of a wheel whose names begin with one of `prefixes`. */
export async function unpackWheel(
  python: string,
  wheel: string,
  folder: string,
  prefixes: readonly string[],
  abort?: AbortSignal,
): Promise<void> {
  const { code, output } = await run(python, ['-c', unpack, wheel, folder, ...prefixes], {
    ...(abort && { abort }),
  });
  if (code === 0) return;
  const what = /BadZipFile|FileNotFoundError/.test(output)
    ? 'is missing or damaged'
    : 'could not be unpacked';
  throw new InstallFailure(`${wheel} ${what}: ${lastLines(output, 1)}`, 'Fetch it again.');
}

const extras = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    for name in z.namelist():
        if name.endswith('.dist-info/METADATA'):
            sys.stdout.write(z.read(name).decode())
`;

/** The CUDA libraries that a TensorFlow wheel requires, as `name==version`. */
export async function cudaRequirements(python: string, wheel: string): Promise<string[]> {
  const { output } = await run(python, ['-c', extras, wheel]);
  return [...output.matchAll(/^Requires-Dist: (nvidia-[\w-]+)\s*\(?(==[\d.]+)\)?\s*;.*and-cuda/gm)].map(
    ([, name, version]) => `${name!}${version!}`,
  );
}
