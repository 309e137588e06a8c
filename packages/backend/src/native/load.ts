import type { registerBackend } from '@tensorflow/tfjs-core';
import { type KernelBackend } from '@tensorflow/tfjs-core';
import { importOptional } from '../nodeOnly';
import { accelerateNative } from './kernels';
import { withViews } from './views';

/** The part of the addon that is used here. */
interface Addon {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

/** The native library that runs; plain data. */
export interface LoadedNative {
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
}

type Core = Readonly<Record<string, unknown>>;

/**
 * Under this name the sources in an install find the caller's tfjs-core. So there is never a second
 * one.
 */
export const coreSymbol = '@iresnet/backend/tfjs-core';

/**
 * Load the addon of an install, and register its backend `tensorflow` and its kernels with the
 * tfjs-core of the caller.
 *
 * TensorFlow reads its settings from the environment when it is loaded. This function sets those
 * that are missing: the log level to warnings, GPU memory to be taken as needed and, if given, the
 * threads of one kernel.
 */
export async function loadNative(folder: string, threads?: number, core?: Core): Promise<LoadedNative> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { join } = process.getBuiltinModule('node:path');
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  if (threads !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  restoreUtil();
  const tf = core ?? (await callersCore());
  (globalThis as Record<symbol, unknown>)[Symbol.for(coreSymbol)] = tf;
  const require = createRequire(join(folder, 'package.json'));
  const addon = require(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node')) as Addon;
  require(join(folder, 'dist', 'register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(join(folder, 'dist', 'nodejs_kernel_backend.js')) as {
    NodeJSKernelBackend: new (addon: Addon, name: string) => KernelBackend;
  };
  accelerateNative(tf as unknown as Parameters<typeof accelerateNative>[0]);
  const device = addon.isUsingGpuDevice() ? 'gpu' : 'cpu';
  const name = device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const register = tf['registerBackend'] as typeof registerBackend;
  register('tensorflow', () => withViews(new NodeJSKernelBackend(addon, name)), 3);
  return { version: addon.TF_Version, device };
}

/**
 * Give `node:util` two functions that `@tensorflow/tfjs-node` calls. Node 22 warns of them, Node 23
 * lacks them.
 */
export function restoreUtil(): void {
  const util = process.getBuiltinModule('node:util') as unknown as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown): boolean => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}

async function callersCore(): Promise<Core> {
  const module = (await importOptional('@tensorflow/tfjs-core')) as Core;
  return (module['default'] as Core | undefined) ?? module;
}
