import { isNode } from '../nodeOnly';

/** A native library that `install-native` has built, as its folder's name says; plain data. */
export interface NativeInstall {
  /** The folder. */
  readonly folder: string;
  /** The version of `@tensorflow/tfjs-node` whose sources were compiled. */
  readonly tfjsNode: string;
  /** The version of TensorFlow in it. */
  readonly tensorflow: string;
  /** What it was built to compute on; a `gpu` build computes on the cpu where no device is found. */
  readonly device: 'cpu' | 'gpu';
}

/** `process.platform-process.arch`, as in the names of the folders. */
export const platformName = (): string => `${process.platform}-${process.arch}`;

/** The name of an install's folder: everything that its binary depends on. */
export const folderName = (tfjsNode: string, tensorflow: string, device: 'cpu' | 'gpu'): string =>
  `tfjs-node-${tfjsNode}_tensorflow-${tensorflow}_${platformName()}_${device}`;

/**
 * Where native libraries are kept: `IRESNET_NATIVE_DIR`, else `XDG_DATA_HOME/iresnet/native`, else
 * `~/.local/share/iresnet/native`.
 */
export function nativeBase(): string {
  const { env } = process;
  const { join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
  if (env['IRESNET_NATIVE_DIR']) return env['IRESNET_NATIVE_DIR'];
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'iresnet', 'native');
}

/**
 * The native libraries of `npx @iresnet/backend install-native` for this platform, those for a GPU first, then the newest
 * TensorFlow first; none in a browser. Looks into `IRESNET_NATIVE_DIR`, else into `iresnet/native` of the user's data folder.
 *
 * @example
 * ```ts
 * import { findNative } from '@iresnet/backend';
 *
 * for (const { tensorflow, device, folder } of findNative()) console.log(tensorflow, device, folder);
 * ```
 */
export function findNative(): readonly NativeInstall[] {
  if (!isNode()) return [];
  const { existsSync, readdirSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const base = nativeBase();
  if (!existsSync(base)) return [];
  return readdirSync(base)
    .flatMap((name): NativeInstall[] => {
      const parts = /^tfjs-node-([^_]+)_tensorflow-([^_]+)_(.+)_(cpu|gpu)$/.exec(name);
      if (parts?.[3] !== platformName()) return [];
      const device = parts[4] as 'cpu' | 'gpu';
      return [{ folder: join(base, name), tfjsNode: parts[1]!, tensorflow: parts[2]!, device }];
    })
    .sort(
      (a, b) =>
        Number(b.device === 'gpu') - Number(a.device === 'gpu') ||
        b.tensorflow.localeCompare(a.tensorflow, 'en', { numeric: true }),
    );
}
