import { isNode } from '../nodeOnly';

/**
 * A native library that `install-native` has built, read from the name of its folder; plain data.
 */
export interface NativeInstall {
  /** The folder. */
  readonly folder: string;
  /** The version of `@tensorflow/tfjs-node` whose sources were compiled. */
  readonly tfjsNode: string;
  /** The version of TensorFlow in it. */
  readonly tensorflow: string;
  /** The device it was built for. A `gpu` build computes on the cpu if it finds no GPU. */
  readonly device: 'cpu' | 'gpu';
}

/** The platform and architecture of this process, as in the names of the folders: `linux-x64`. */
export const platformName = (): string => `${process.platform}-${process.arch}`;

/** The name of an install's folder. It holds everything that the binary depends on. */
export const folderName = (tfjsNode: string, tensorflow: string, device: 'cpu' | 'gpu'): string =>
  `tfjs-node-${tfjsNode}_tensorflow-${tensorflow}_${platformName()}_${device}`;

/**
 * The folder of all native libraries: `IRESNET_NATIVE_DIR`, else `XDG_DATA_HOME/iresnet/native`,
 * else `~/.local/share/iresnet/native`.
 */
export function nativeBase(): string {
  const { env } = process;
  const { join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
  if (env['IRESNET_NATIVE_DIR']) return env['IRESNET_NATIVE_DIR'];
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'iresnet', 'native');
}

/**
 * The native libraries for this platform that `npx @iresnet/backend install-native` has built.
 * Those for a GPU come first, then the newest TensorFlow. In a browser there are none.
 *
 * It looks into `IRESNET_NATIVE_DIR`, else into `iresnet/native` in the data folder of the user.
 *
 * @example
 * ```ts
 * import { findNative } from '@iresnet/backend';
 *
 * for (const { tensorflow, device, folder } of findNative()) {
 *   console.log(tensorflow, device, folder);
 * }
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
