import { findBackendFactory, getBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { accelerateWasm } from './wasm/accelerate';
import { registerConv2dGradient } from './conv2dGradient';
import { findNative, nativeBase } from './native/folder';
import { loadNative, restoreUtil, type LoadedNative } from './native/load';
import { importOptional, isNode } from './nodeOnly';
import { withWasmThreads } from './wasm/threads';

/** A backend of TensorFlow.js, or `auto` for the fastest that starts. `tensorflow` is the native library, in Node. */
export type BackendName = 'auto' | 'tensorflow' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** How {@link useBackend} starts a backend. */
export interface UseBackendOptions {
  /** Milliseconds after which a backend that has neither started nor failed is given up and removed; 30 000 unless given. */
  readonly timeoutMs?: number;
  /**
   * Threads of one kernel, in Node. On wasm for convolutions and matrix products, 1 unless given; on the native library for
   * all kernels, as many as there are processors unless given, and fixed when it is loaded.
   */
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
  /** Threads of one kernel of the wasm backend or the native library, in Node; 1 elsewhere. */
  readonly threads: number;
  /** The version of TensorFlow and what it computes on, where `install-native` has built it. */
  readonly native?: LoadedNative;
}

interface Candidate {
  readonly backend: string;
  /** Its package, or the folder of an install of the native library. */
  readonly package: string;
  readonly folder?: string;
}

const notInstalled = 'install-native';
const packages: readonly Candidate[] = [
  { backend: 'tensorflow', package: '@tensorflow/tfjs-node-gpu' },
  { backend: 'tensorflow', package: '@tensorflow/tfjs-node' },
];
const plain = (name: string): Candidate => ({ backend: name, package: `@tensorflow/tfjs-backend-${name}` });

function native(): readonly Candidate[] {
  if (!isNode()) return [];
  const installs = findNative().map(({ folder }) => ({ backend: 'tensorflow', package: folder, folder }));
  if (installs.length > 0) return [...installs, ...packages];
  return [{ backend: 'tensorflow', package: notInstalled }, ...packages];
}

function candidates(name: BackendName): readonly Candidate[] {
  if (name === 'tensorflow') return native();
  if (name === 'auto') return [...native(), plain('wasm'), plain('cpu')];
  return [plain(name)];
}

/**
 * Start a backend of TensorFlow.js and prepare it for training: `auto` takes the first that starts of
 * the native library that `npx @iresnet/backend install-native` has built ({@link findNative}),
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
  const { timeoutMs = 30_000, threads, log } = options;
  ensure(timeoutMs > 0, 'backend.useBackend', () => `expected timeoutMs > 0, got ${timeoutMs}`);
  ensure(
    threads === undefined || (Number.isInteger(threads) && threads >= 1),
    'backend.useBackend',
    () => `expected threads ≥ 1, got ${threads}`,
  );
  const tried: { name: string; error: string }[] = [];
  for (const candidate of candidates(name)) {
    try {
      const started = await start(candidate, threads, timeoutMs);
      const reason = name === 'auto' ? whyFirst(candidate, started, tried.length) : 'asked for by name';
      log?.(`backend ${candidate.backend}: ${reason}`);
      return { name: candidate.backend, reason, tried, ...started };
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

type Started = Pick<BackendReport, 'threads' | 'native'>;

function whyFirst({ backend, folder }: Candidate, { native }: Started, failed: number): string {
  if (backend !== 'tensorflow') return `the first of ${failed + 1} tried that started`;
  const what = native
    ? `TensorFlow ${native.version} on the ${native.device}, from ${folder ?? ''}`
    : 'tfjs-node';
  return `the native library is preferred over wasm: ${what}`;
}

/** What was loaded from an install; the addon can be loaded once. */
let loaded: LoadedNative | undefined;

async function start(candidate: Candidate, threads: number | undefined, timeoutMs: number): Promise<Started> {
  const { backend, folder } = candidate;
  if ((findBackendFactory(backend) as unknown) == null) {
    if (candidate.package === notInstalled) {
      throw new Error(`nothing in ${nativeBase()}; run npx @iresnet/backend install-native`);
    }
    if (backend === 'tensorflow') restoreUtil();
    if (folder === undefined) await importOptional(candidate.package);
    else loaded = await loadNative(folder, threads);
  }
  const ready = async (): Promise<void> => {
    const started = await within(timeoutMs, setBackend(backend)).catch((error: unknown) => {
      // A start that is still pending would block every other backend.
      if (getBackend() === backend) removeBackend(backend);
      throw error;
    });
    if (!started) throw new Error('it could not be initialized; TensorFlow.js has printed the reason');
  };
  if (backend === 'tensorflow') {
    await ready();
    registerConv2dGradient();
    if (loaded === undefined) return { threads: 1 };
    return { threads: nativeThreads(), native: loaded };
  }
  let used = 1;
  if (backend === 'wasm' && threads !== undefined && threads > 1 && isNode()) {
    used = await withWasmThreads(threads, ready);
  } else await ready();
  if (backend === 'wasm') {
    registerConv2dGradient();
    await accelerateWasm();
  }
  return { threads: used };
}

/** Threads of one kernel of TensorFlow: what it was told by its variable, else all processors. */
function nativeThreads(): number {
  const told = Number(process.env['TF_NUM_INTRAOP_THREADS']);
  return told >= 1 ? told : process.getBuiltinModule('node:os').availableParallelism();
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
