import { backend, env } from '@tensorflow/tfjs-core';
import { isNode } from '../nodeOnly';
import { withBinaries, type WasmPaths } from './binaries';
import type { WasmBackend } from './replaceKernel';
import { withoutRethrowers } from './rethrowers';
import { withWasmThreads } from './threads';

/** The threads of the wasm backend; TensorFlow.js adds these functions to its module. */
interface ThreadedWasm extends WasmBackend {
  readonly wasm: WasmBackend['wasm'] & {
    readonly tfjs: { initWithThreadsCount(threads: number): void; getThreadsCount(): number };
  };
}

/**
 * Run `start`, which starts the wasm backend, with `threads` threads, and give how many there are.
 *
 * In a page, TensorFlow.js takes half of the cores as soon as the page may share memory; here
 * nothing is taken that was not asked for. It allows no more than half of the cores.
 */
export async function startWasm(
  threads: number,
  paths: WasmPaths | undefined,
  start: () => Promise<void>,
): Promise<number> {
  if (isNode()) {
    return withoutRethrowers(async () => {
      if (threads > 1) return withWasmThreads(threads, start);
      await start();
      return 1;
    });
  }
  const several = threads > 1 && globalThis.crossOriginIsolated;
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', several);
  await withBinaries(paths, start);
  if (!several) return 1;
  const { tfjs } = (backend() as ThreadedWasm).wasm;
  tfjs.initWithThreadsCount(threads);
  return tfjs.getThreadsCount();
}
