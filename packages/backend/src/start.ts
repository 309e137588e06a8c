import { Add, engine, env, getBackend, getGradient, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { readsFreely } from '@iresnet/core/internal';
import { candidates, isRegistered, remedy, type Candidate } from './candidates';
import { registerConv2dGradient } from './conv2dGradient';
import { checkDevice } from './gpu/checkDevice';
import { laterFormsOf } from './gpu/laterForms';
import { refineWebglSine } from './gpu/webglSine';
import { findAdapter } from './gpu/webgpu';
import { addNInGroups } from './gpu/webgpuAddN';
import { readLater } from './gpu/webgpuReads';
import { refineWebgpuSine } from './gpu/webgpuSine';
import { loadNative, restoreUtil, type LoadedNative } from './native/load';
import { importOptional, isNode } from './nodeOnly';
import { accelerateWasm } from './wasm/accelerate';
import type { WasmPaths } from './wasm/binaries';
import { startWasm } from './wasm/startWasm';

/** What runs after {@link start}. */
export interface Started {
  readonly threads: number;
  readonly native?: LoadedNative;
  /** The backend of the host that a device without blocking readings has beside it. */
  readonly host?: string;
}

/** How {@link start} starts a backend. */
export interface StartOptions {
  readonly threads: number | undefined;
  readonly wasmPaths: WasmPaths | undefined;
  readonly timeoutMs: number;
}

/** The native library that was loaded. An addon can be loaded only once. */
let loaded: LoadedNative | undefined;

/**
 * Load a backend, make it current and prepare it for training. Rejects when its package or library
 * is missing, when it fails to start, and when it does not answer within `timeoutMs`.
 */
export async function start(candidate: Candidate, options: StartOptions): Promise<Started> {
  const { backend } = candidate;
  const { threads, wasmPaths, timeoutMs } = options;
  if (backend === 'webgpu' && !(backend in engine().registry)) await findAdapter();
  if (!isRegistered(backend)) await load(candidate, threads);
  // The core alone has no gradients. Whoever imports all of TensorFlow.js has them and loads
  // nothing.
  if ((getGradient(Add) as unknown) === undefined) await import('@iresnet/core/gradients');
  const ready = (): Promise<void> => makeCurrent(backend, timeoutMs);
  if (backend === 'tensorflow') {
    await ready();
    registerConv2dGradient();
    return loaded === undefined ? { threads: 1 } : { threads: nativeThreads(), native: loaded };
  }
  if (backend !== 'wasm') {
    await startOther(backend, ready);
    return { threads: 1, ...(backend === 'webgpu' && { host: await startBeside(backend, options) }) };
  }
  const used = await startWasm(threads ?? 1, wasmPaths, ready);
  registerConv2dGradient();
  await accelerateWasm();
  return { threads: used };
}

/**
 * Start plain JavaScript, or a GPU. A GPU has to compute what it is asked for: by default,
 * TensorFlow.js computes small values on the host as long as they are there, so that the same
 * weights give other bits after they were used. A GPU that fails its check leaves the backend that
 * ran before.
 */
async function startOther(backend: string, ready: () => Promise<void>): Promise<void> {
  const before = getBackend() as string | undefined;
  if (backend === 'webgl' || backend === 'webgpu') env().set(`${backend.toUpperCase()}_CPU_FORWARD`, false);
  await ready();
  if (readsFreely()) return;
  try {
    if (backend === 'webgl') {
      refineWebglSine();
      // Vectors that were loaded are read, once.
      Object.assign(engine().backend, { later: laterFormsOf((x) => x.dataSync<'float32'>()) });
    }
    if (backend === 'webgpu') {
      refineWebgpuSine();
      addNInGroups();
      readLater(engine().backend);
    }
    await checkDevice();
  } catch (error) {
    if (before !== undefined && before !== backend) await setBackend(before);
    throw error;
  }
}

/** Start a backend of the host beside a device, and make the device current again. */
async function startBeside(device: string, options: StartOptions): Promise<string> {
  const failures: string[] = [];
  try {
    for (const candidate of candidates('auto')) {
      const { backend, kind, source } = candidate;
      if (kind === 'no native') continue;
      try {
        if (!(backend in engine().registry)) await start(candidate, options);
        return backend;
      } catch (error) {
        failures.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await setBackend(device);
  }
  throw new Error(`it needs a backend of the host beside it: ${failures.join('; ')}`);
}

/** Load the package or the library that registers the backend. */
async function load(candidate: Candidate, threads: number | undefined): Promise<void> {
  if (candidate.backend === 'tensorflow') restoreUtil();
  if (candidate.kind === 'native') {
    loaded = await loadNative(candidate.source, threads);
    return;
  }
  if (candidate.kind === 'no native') throw new Error(remedy(candidate));
  try {
    await importOptional(candidate.source);
  } catch (error) {
    const advice = remedy(candidate, error);
    throw advice === undefined ? error : new Error(advice, { cause: error });
  }
  if (!isRegistered(candidate.backend)) {
    throw new Error(`its package offers no backend here${isNode() ? '; it needs a browser' : ''}`);
  }
}

async function makeCurrent(backend: string, timeoutMs: number): Promise<void> {
  const started = await within(timeoutMs, setBackend(backend)).catch((error: unknown) => {
    // A start that is still pending would block every other backend.
    if (getBackend() === backend) removeBackend(backend);
    throw error;
  });
  if (started) return;
  throw new Error('it could not be initialized; TensorFlow.js has printed the reason');
}

/**
 * Threads of one kernel of TensorFlow: the number in its environment variable, else all processors.
 */
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
