import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { compile, layOut } from './build';
import { InstallFailure } from './failure';
import { folderName, nativeBase, platformName } from '../folder';
import { takeLock } from './lock';
import { expectGlibc, expectSpace, expectTools, glibcVersion, neededBytes } from './requirements';
import { lastLines, run } from './run';
import { copySources, findSources, tfjsNodeVersion } from './sources';
import {
  cudaRequirements,
  defaultTensorflow,
  fetchWheel,
  unpackWheel,
  wheelRequest,
  wheelVersion,
} from './wheel';

/** The options of `install-native`. */
export interface InstallOptions {
  readonly gpu: boolean;
  readonly python: string;
  /** Files of wheels, to fetch none: TensorFlow's, and for a GPU those of the CUDA libraries. */
  readonly wheels: readonly string[];
  readonly tensorflow?: string | undefined;
  readonly sources?: string | undefined;
  readonly dir?: string | undefined;
  readonly force: boolean;
  /** Gets a line for each step. */
  readonly log: (line: string) => void;
  readonly abort?: AbortSignal;
}

/**
 * Build the native library, and return its folder. All files are made in a temporary folder next to
 * it and checked there; renaming that folder is the last step. An install that is already there is
 * only checked.
 */
export async function installNative(options: InstallOptions): Promise<string> {
  const { gpu, log, python, abort } = options;
  const base = resolve(options.dir ?? nativeBase());
  const request = wheelRequest(gpu, options.tensorflow);
  const given = options.wheels.find((file) => basename(file).startsWith('tensorflow'));
  if (options.wheels.length > 0 && given === undefined) {
    throw new InstallFailure(
      'None of the files of --wheel is named tensorflow….whl.',
      'Add the wheel of TensorFlow.',
    );
  }
  const version =
    given === undefined ? (options.tensorflow ?? defaultTensorflow(platformName())) : wheelVersion(given);
  const target = join(base, folderName(tfjsNodeVersion, version, gpu ? 'gpu' : 'cpu'));
  mkdirSync(base, { recursive: true });
  const { release } = await takeLock(base);
  try {
    for (const name of readdirSync(base)) {
      // An install that was killed left it.
      if (name.startsWith('.build-')) rmSync(join(base, name), { recursive: true });
    }
    if (existsSync(target) && !options.force) {
      const found = await check(target, abort);
      if (found.ok) {
        log(`${found.line}\nalready installed: ${target}`);
        return target;
      }
      log(`the install does not work and is built again: ${found.line}`);
    }
    const work = join(base, `.build-${process.pid}`);
    mkdirSync(work);
    try {
      expectSpace(base, neededBytes(gpu));
      await expectTools(python, given === undefined);
      if (given !== undefined) expectGlibc(basename(given), glibcVersion());
      else if (process.platform === 'linux') expectGlibc(request.platforms.at(-1)!, glibcVersion());
      log(`sources of @tensorflow/tfjs-node ${tfjsNodeVersion}`);
      const scratch = join(work, 'scratch');
      mkdirSync(scratch);
      copySources(await findSources(options.sources, scratch, abort), work);
      if (given === undefined) log(`fetching ${request.requirement} with pip`);
      const wheel = given ?? (await fetchWheel(python, request, scratch, abort));
      log(`taking the library and its headers from ${basename(wheel)}`);
      await layOut(python, resolve(wheel), work, abort);
      if (gpu) await addCuda(options, wheel, request.platforms, work, scratch);
      rmSync(scratch, { recursive: true });
      log('compiling the addon');
      await compile(work, abort);
      log('checking it');
      const result = await check(work, abort);
      if (!result.ok) throw new InstallFailure(`The build does not work: ${result.line}`, result.remedy);
      log(result.line);
      if (gpu && !result.line.includes('on the gpu')) {
        log('no GPU was found, so it computes on the processor (nvidia-smi shows whether the driver works)');
      }
      const install = { tfjsNode: tfjsNodeVersion, tensorflow: version, gpu, wheel: basename(wheel) };
      writeFileSync(join(work, 'install.json'), `${JSON.stringify(install, null, 2)}\n`);
      rmSync(target, { recursive: true, force: true });
      renameSync(work, target);
      log(`installed: ${target} (${(folderBytes(target) / 1e6).toFixed(0)} MB)`);
      return target;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

/**
 * Put the CUDA libraries into `deps/nvidia`, where TensorFlow's library in `deps/lib` looks for
 * them.
 */
async function addCuda(
  { python, wheels, log, abort }: InstallOptions,
  wheel: string,
  platforms: readonly string[],
  work: string,
  scratch: string,
): Promise<void> {
  let files = wheels.filter((file) => basename(file).startsWith('nvidia'));
  if (wheels.length === 0) {
    files = [];
    for (const requirement of await cudaRequirements(python, wheel)) {
      log(`fetching ${requirement}`);
      files.push(await fetchWheel(python, { requirement, platforms }, scratch, abort));
    }
  }
  if (files.length === 0) log('no wheels of CUDA libraries: the system must have them');
  for (const file of files) {
    await unpackWheel(python, resolve(file), join(work, 'deps'), ['nvidia/'], abort);
    if (wheels.length === 0) rmSync(file);
  }
}

type Check = { ok: true; line: string } | { ok: false; line: string; remedy: string };

/** Check an install in a separate process, since it may crash. */
async function check(folder: string, abort?: AbortSignal): Promise<Check> {
  const args = [...process.execArgv, process.argv[1]!, 'check-native', folder];
  const { code, signal, output, stdout } = await run(process.execPath, args, { ...(abort && { abort }) });
  if (code === 0) return { ok: true, line: lastLines(stdout, 1) };
  const line = lastLines(output);
  if (signal === 'SIGILL') {
    return {
      ok: false,
      line: 'it ended with SIGILL',
      remedy: 'This processor lacks instructions (AVX) that the wheel uses. Use the wasm backend.',
    };
  }
  const missing = /undefined symbol: (\S+)/.exec(output)?.[1];
  const remedy = missing
    ? `The library of this wheel lacks ${missing}. Choose another version with --tensorflow; 2.15 to 2.21 are known to work.`
    : 'Try another version with --tensorflow; 2.15 to 2.21 are known to work.';
  return { ok: false, line: line || `it ended with ${signal ?? `exit code ${code}`}`, remedy };
}

/** Remove an install, and return its folder. */
export function removeNative(options: Pick<InstallOptions, 'gpu' | 'tensorflow' | 'dir'>): string {
  const base = resolve(options.dir ?? nativeBase());
  const version = options.tensorflow ?? defaultTensorflow(platformName());
  const target = join(base, folderName(tfjsNodeVersion, version, options.gpu ? 'gpu' : 'cpu'));
  if (!existsSync(target)) throw new InstallFailure(`There is no ${target}.`, 'There is nothing to remove.');
  rmSync(target, { recursive: true });
  return target;
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((bytes, name) => {
    const stat = lstatSync(join(folder, name));
    return bytes + (stat.isFile() ? stat.size : 0);
  }, 0);
}
