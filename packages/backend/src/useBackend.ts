import { IResNetError } from '@iresnet/core';
import { checkOptions, described, ensure, readsLater } from '@iresnet/core/internal';
import { candidates, type BackendName, type Candidate } from './candidates';
import type { LoadedNative } from './native/load';
import { start, type Started } from './start';
import type { WasmPaths } from './wasm/binaries';

/** How {@link useBackend} starts a backend. */
export interface UseBackendOptions {
  /**
   * Milliseconds to wait for a backend that neither starts nor fails. It is then removed, and the
   * next one is tried. Default 30 000.
   */
  readonly timeoutMs?: number;
  /**
   * Threads of one kernel. On wasm they serve convolutions and matrix products; default 1. A page
   * gets them if it is isolated (the headers COOP and COEP), and at most half as many as cores. On
   * the native library they serve all kernels and are fixed when it is loaded; by default there are
   * as many as processors.
   */
  readonly threads?: number;
  /**
   * Where a page finds the binaries of wasm: the address of their folder, or the address of each by
   * its name in `node_modules/@tensorflow/tfjs-backend-wasm/dist`. Bundlers do not copy them.
   * Without this option they are looked for beside the script. Node finds them by itself.
   */
  readonly wasmPaths?: WasmPaths;
  /** Gets one line for each backend that did not start, and one for the backend that did. */
  readonly log?: (line: string) => void;
}

/** What {@link useBackend} did; plain data. */
export interface BackendReport {
  /** The backend that runs now. */
  readonly name: string;
  /** Why it was chosen. */
  readonly reason: string;
  /** What was tried before it, and why that did not start. */
  readonly tried: readonly { readonly name: string; readonly error: string }[];
  /**
   * How values are read. On a device whose values come later, blocking readings throw, and training
   * makes none. Certificates, inverses and samples are computed on the host, by `onHost` of
   * `@iresnet/core`.
   */
  readonly reads: 'blocking' | 'asynchronous';
  /** The backend of the host beside a device whose values come later. */
  readonly host?: string;
  /** Threads of one kernel of the wasm backend or the native library; 1 elsewhere. */
  readonly threads: number;
  /** The version of TensorFlow and its device, if `install-native` has built the library. */
  readonly native?: LoadedNative;
}

/**
 * Start a backend of TensorFlow.js and prepare it for training. `auto` takes the first of these
 * that starts: the native library that `npx @iresnet/backend install-native` has built ({@link
 * findNative}), `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node`, wasm, cpu.
 *
 * The packages of the backends are optional: `npm install @tensorflow/tfjs-backend-wasm` gives
 * `auto` the wasm backend. In Node an installed package is loaded by its name. A page cannot do
 * that: there, write `import '@tensorflow/tfjs-backend-wasm'` in the application.
 *
 * On `webgl` and `webgpu`, the device is tested first: values that are read back, a product of
 * matrices, a gradient, the precision. A device that fails is refused with the reason. Sine and
 * cosine are replaced by ones that are right to a few units in the last place, and a model that is
 * loaded gives the bits of the one that was saved.
 *
 * `webgpu` runs in Node too: `npm install @tensorflow/tfjs-backend-webgpu webgpu`. Its values are
 * read without blocking only, so it starts a backend of the host beside it: wasm, else cpu.
 *
 * If `auto` comes down to plain JavaScript, `reason` says why, and so does a warning on the console
 * unless there is a `log`.
 *
 * On wasm, faster kernels replace the slow ones ({@link accelerateWasm}), and conv2d gets a
 * gradient ({@link registerConv2dGradient}). A program without the gradients of TensorFlow.js gets
 * them too. Call this function before you make the first tensor:
 * TensorFlow.js cannot make one before a backend has started.
 *
 * @param name - A backend, or `auto`. A backend that the application has registered can be named
 * too.
 * @returns What was chosen, why, and what failed before it.
 * @throws IResNetError of kind `argument` for an unknown name or option, and when no backend of
 * that name starts; the message then holds each reason and says what to install.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { useBackend } from '@iresnet/backend';
 *
 * const report = await useBackend('auto');
 * console.log(report.name === tf.getBackend(), report.reason);
 * ```
 */
export async function useBackend(
  name: BackendName = 'auto',
  options: UseBackendOptions = {},
): Promise<BackendReport> {
  const where = 'backend.useBackend';
  checkOptions(where, options, { timeoutMs: true, threads: true, wasmPaths: true, log: true });
  const { timeoutMs = 30_000, threads, wasmPaths, log } = options;
  ensure(timeoutMs > 0, where, () => `expected timeoutMs > 0, got ${timeoutMs}`);
  ensure(
    threads === undefined || (Number.isInteger(threads) && threads >= 1),
    where,
    () => `expected threads ≥ 1, got ${threads}`,
  );
  ensure(
    wasmPaths === undefined ||
      typeof wasmPaths === 'string' ||
      (typeof wasmPaths === 'object' && wasmPaths !== null),
    where,
    () => `expected wasmPaths to be an address or an object of addresses, got ${described(wasmPaths)}`,
  );
  const tried: { name: string; error: string }[] = [];
  for (const candidate of candidates(name)) {
    const { backend, source } = candidate;
    try {
      const started = await start(candidate, { threads, wasmPaths, timeoutMs });
      const reason = name === 'auto' ? whyFirst(candidate, started, tried) : 'asked for by name';
      log?.(`backend ${backend}: ${reason}`);
      // Slower by a factor of three or more: nobody should have to find out by a clock.
      if (name === 'auto' && backend === 'cpu' && !log) console.warn(`${where}: backend cpu: ${reason}`);
      return { name: backend, reason, tried, reads: readsLater() ? 'asynchronous' : 'blocking', ...started };
    } catch (error) {
      const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
      tried.push({ name: source, error: line });
      log?.(`backend ${backend} (${source}) did not start: ${line}`);
    }
  }
  const reasons = tried.map((t) => `${t.name}: ${t.error}`).join('; ') || 'nothing to try: it needs Node';
  throw new IResNetError('argument', where, `expected backend ${name} to start, got ${reasons}`, { tried });
}

function whyFirst(
  { backend, source }: Candidate,
  { native }: Started,
  tried: BackendReport['tried'],
): string {
  if (backend === 'cpu') return `plain JavaScript, since wasm did not start: ${tried.at(-1)!.error}`;
  if (backend !== 'tensorflow') return `the first of ${tried.length + 1} tried that started`;
  const what = native ? `TensorFlow ${native.version} on the ${native.device}, from ${source}` : 'tfjs-node';
  return `the native library is preferred over wasm: ${what}`;
}
