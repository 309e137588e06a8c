import { statfsSync } from 'node:fs';
import { InstallFailure } from './failure';
import { run } from './run';

const GB = 1e9;

/** Bytes that an install needs while it runs, for the wheels, their files and the build. */
export const neededBytes = (gpu: boolean): number => (gpu ? 9 * GB : 1.3 * GB);

/** Fail if fewer than `needed` bytes are free. */
export function expectSpace(folder: string, needed: number, free: number = freeBytes(folder)): void {
  if (free >= needed) return;
  const gb = (bytes: number): string => (bytes / GB).toFixed(1);
  throw new InstallFailure(
    `Too little disk: ${gb(free)} GB are free at ${folder}, ${gb(needed)} GB are needed.`,
    'Free some space, or choose another disk with --dir, and set IRESNET_NATIVE_DIR to the same folder.',
  );
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The version of glibc that Node runs on. Undefined on macOS and with musl. */
export function glibcVersion(): string | undefined {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime;
}

/** Fail if the wheel, by the tag in its name, needs a newer glibc than the system has. */
export function expectGlibc(wheel: string, glibc: string | undefined): void {
  const needed = /manylinux_2_(\d+)/.exec(wheel)?.[1] ?? (/manylinux2014/.test(wheel) ? '17' : undefined);
  if (needed === undefined) return;
  if (glibc === undefined) {
    throw new InstallFailure(
      'The TensorFlow wheels need glibc, which this Linux does not have (Alpine has musl).',
      'Use a system with glibc, such as the Debian image of Node, or the wasm backend.',
    );
  }
  if (Number(glibc.split('.')[1]) < Number(needed)) {
    throw new InstallFailure(
      `The wheel ${wheel} needs glibc 2.${needed}, this system has ${glibc}.`,
      'Use an older TensorFlow with --tensorflow 2.18.1 (glibc 2.17), or a newer system.',
    );
  }
}

/**
 * Fail if a tool of the build is missing: a C++ compiler, make, or pip if something is to be
 * fetched.
 */
export async function expectTools(python: string, fetches: boolean): Promise<void> {
  const has = async (program: string, args = ['--version']): Promise<boolean> =>
    (await run(program, args)).code === 0;
  const install =
    process.platform === 'darwin'
      ? 'Install the command line tools: xcode-select --install'
      : 'Install the build tools, on Debian and Ubuntu: apt-get install g++ make python3 python3-pip';
  if (!(await has(python))) {
    throw new InstallFailure(
      `There is no Python at ${python}. The build and the wheel need one.`,
      `${install}. If there is one elsewhere, use --python FILE.`,
    );
  }
  const compilers = process.env['CXX'] ? [process.env['CXX'].split(' ')[0]!] : ['c++', 'g++', 'clang++'];
  if (!(await Promise.all(compilers.map((c) => has(c)))).some(Boolean)) {
    throw new InstallFailure(`There is no C++ compiler (${compilers.join(', ')}).`, install);
  }
  if (!(await has('make'))) throw new InstallFailure('There is no make.', install);
  if (fetches && !(await has(python, ['-m', 'pip', '--version']))) {
    throw new InstallFailure(
      `${python} has no pip, which fetches the TensorFlow wheel.`,
      `Install it (${python} -m ensurepip, or apt-get install python3-pip), or get the wheel elsewhere and use --wheel FILE.`,
    );
  }
}
