import { findBackendFactory, getBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { expect, IResNetError } from '@iresnet/core';
import { accelerateWasm } from './accelerateWasm';
import { registerConv2dGradient } from './conv2dGradient';
import { importOptional, isNode } from './nodeOnly';
import { withWasmThreads } from './wasmThreads';

/** A backend of TensorFlow.js, or `auto` for the fastest that starts. `tensorflow` is the native library, in Node. */
export type BackendName = 'auto' | 'tensorflow' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** How {@link useBackend} starts a backend. */
export interface UseBackendOptions {
  /** Milliseconds after which a backend that has neither started nor failed is given up and removed; 30 000 unless given. */
  readonly timeoutMs?: number;
  /** Threads of the wasm backend in Node for convolutions and matrix products; 1 unless given. */
  readonly threads?: number;
  /** Told in a line of each backend that did not start and of the one that did. */
  readonly log?: (line: string) => void;
}

/** What {@link useBackend} did; plain data. */
export interface BackendReport {
  /** The backend that runs now. */
  readonly name: string;
  /** Why it was chosen. */
  readonly reason: string;
  /** What was tried before it, and how that failed. */
  readonly tried: readonly { readonly name: string; readonly error: string }[];
  /** Threads of the wasm backend in Node; 1 elsewhere, where the backend decides by itself. */
  readonly threads: number;
}

interface Candidate {
  readonly backend: string;
  readonly package: string;
}

const native: readonly Candidate[] = [
  { backend: 'tensorflow', package: '@tensorflow/tfjs-node-gpu' },
  { backend: 'tensorflow', package: '@tensorflow/tfjs-node' },
];
const plain = (name: string): Candidate => ({ backend: name, package: `@tensorflow/tfjs-backend-${name}` });

function candidates(name: BackendName): readonly Candidate[] {
  if (name === 'tensorflow') return native;
  if (name === 'auto') return [...(isNode() ? native : []), plain('wasm'), plain('cpu')];
  return [plain(name)];
}

/**
 * Start a backend of TensorFlow.js and prepare it for training: `auto` takes the first that starts of
 * `@tensorflow/tfjs-node-gpu`, `@tensorflow/tfjs-node`, wasm, cpu.
 *
 * The packages of the backends are optional. In Node, one that is installed is loaded by its name; in a browser, import it
 * in the application before. On wasm the slow kernels are replaced ({@link accelerateWasm}) and conv2d gets a gradient
 * ({@link registerConv2dGradient}). Call it before the first tensor is made: TensorFlow.js cannot
 * make one while a backend is still to be started.
 *
 * @returns what was chosen, why, and what failed before it.
 * @throws IResNetError of kind `argument` when no backend of that name starts, with the reasons.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
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
  const { timeoutMs = 30_000, threads = 1, log } = options;
  expect(timeoutMs > 0, 'backend.useBackend', () => `expected timeoutMs > 0, got ${timeoutMs}`);
  expect(
    Number.isInteger(threads) && threads >= 1,
    'backend.useBackend',
    () => `expected threads ≥ 1, got ${threads}`,
  );
  const tried: { name: string; error: string }[] = [];
  for (const candidate of candidates(name)) {
    try {
      const used = await start(candidate, threads, timeoutMs);
      const reason =
        name === 'auto' ? `the first of ${tried.length + 1} tried that started` : 'asked for by name';
      log?.(`backend ${candidate.backend}: ${reason}`);
      return { name: candidate.backend, reason, tried, threads: used };
    } catch (error) {
      const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
      tried.push({ name: candidate.package, error: line });
      log?.(`backend ${candidate.backend} (${candidate.package}) did not start: ${line}`);
    }
  }
  const reasons = tried.map((t) => `${t.name}: ${t.error}`).join('; ');
  throw new IResNetError(
    'argument',
    'backend.useBackend',
    `expected backend ${name} to start, got ${reasons}`,
    { tried },
  );
}

async function start(candidate: Candidate, threads: number, timeoutMs: number): Promise<number> {
  const { backend } = candidate;
  if ((findBackendFactory(backend) as unknown) == null) {
    if (backend === 'tensorflow') await restoreIsNullOrUndefined();
    await importOptional(candidate.package);
  }
  const ready = async (): Promise<void> => {
    const started = await within(timeoutMs, setBackend(backend)).catch((error: unknown) => {
      // A start that is still pending would block every other backend.
      if (getBackend() === backend) removeBackend(backend);
      throw error;
    });
    if (!started) throw new Error('it could not be initialized; TensorFlow.js has printed the reason');
  };
  let used = 1;
  if (backend === 'wasm' && threads > 1 && isNode()) used = await withWasmThreads(threads, ready);
  else await ready();
  if (backend === 'wasm') {
    registerConv2dGradient();
    await accelerateWasm();
  }
  return used;
}

/** `@tensorflow/tfjs-node` calls a function that Node 23 removed. */
async function restoreIsNullOrUndefined(): Promise<void> {
  const { default: util } = (await importOptional('node:util')) as { default: Record<string, unknown> };
  util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
}

async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
