import { env } from '@tensorflow/tfjs-core';

interface WasmPackage {
  setThreadsCount(threads: number): void;
  getThreadsCount(): number;
}

interface LoadMessage {
  readonly cmd?: string;
}

/**
 * Run `start`, which starts the wasm backend, so that convolutions and matrix products use
 * `threads` threads in Node. Returns how many there are.
 *
 * TensorFlow.js turns threads off in Node; it passes its worker script as a `blob:` URL, which
 * Node's Worker refuses; and it allows at most half as many threads as cores. This function changes
 * all three while the backend starts, then restores them. The workers do not keep the process
 * alive.
 */
export async function withWasmThreads(threads: number, start: () => Promise<void>): Promise<number> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const workers = process.getBuiltinModule('node:worker_threads');
  const os = process.getBuiltinModule('node:os');
  const require = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  const glue = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd';
  const { wasmWorkerContents } = require(`${glue}.worker.js`) as { wasmWorkerContents: string };
  const script = wasmWorkerContents.replace(/\n/g, '\\n');
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmPackage;

  const NodeWorker = workers.Worker;
  const { cpus } = os;
  const globalWorker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  const started: InstanceType<typeof NodeWorker>[] = [];
  class WasmWorker extends NodeWorker {
    constructor(url: string | URL, options?: ConstructorParameters<typeof NodeWorker>[1]) {
      const blob = typeof url === 'string' && url.startsWith('blob:');
      super(blob ? script : url, blob ? { ...options, eval: true, execArgv: [] } : options);
      started.push(this);
    }
    override postMessage(
      message: LoadMessage,
      transfer?: Parameters<InstanceType<typeof NodeWorker>['postMessage']>[1],
    ) {
      const load = message.cmd === 'load';
      super.postMessage(load ? { ...message, urlOrBlob: require.resolve(`${glue}.js`) } : message, transfer);
    }
  }
  workers.Worker = WasmWorker;
  os.cpus = () => Array.from({ length: 2 * threads }, () => cpus()[0]!);
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  wasm.setThreadsCount(threads);
  try {
    await start();
    return wasm.getThreadsCount();
  } finally {
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    workers.Worker = NodeWorker;
    os.cpus = cpus;
    if (globalWorker === undefined) Reflect.deleteProperty(globalThis, 'Worker');
    else Object.defineProperty(globalThis, 'Worker', globalWorker);
    for (const worker of started) worker.unref();
  }
}
