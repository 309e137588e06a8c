/**
 * Where a page finds the binaries of the wasm backend: the address of their folder, or the address
 * of each file by its name in `node_modules/@tensorflow/tfjs-backend-wasm/dist`.
 */
export type WasmPaths = string | Readonly<Record<string, string>>;

/**
 * Run `start`, which starts the wasm backend in a page, and give it the binaries at `paths`.
 *
 * TensorFlow.js takes these addresses only through a function of the package of the backend, which
 * a library cannot import where it may be missing. So the requests for these files are answered
 * here while the backend starts; all others pass.
 *
 * @throws Error that says what was at the address of a binary, if the start fails after it was not
 * found.
 */
export async function withBinaries(paths: WasmPaths | undefined, start: () => Promise<void>): Promise<void> {
  const { fetch } = globalThis;
  let fault: string | undefined;
  globalThis.fetch = async (input, init) => {
    const asked = typeof input === 'string' || input instanceof URL ? String(input) : input.url;
    const name = /tfjs-backend-wasm[\w-]*\.wasm$/.exec(
      new URL(asked, globalThis.location.href).pathname,
    )?.[0];
    if (name === undefined) return fetch(input, init);
    const address = addressOf(paths, name) ?? asked;
    const response = await fetch(address, init);
    const type = response.headers.get('Content-Type') ?? '';
    if (!response.ok) fault = `${response.url} answered with status ${response.status}`;
    else if (type.startsWith('text/')) fault = `${response.url} is ${type}, not a binary`;
    return response;
  };
  try {
    await start();
  } catch (error) {
    if (fault === undefined) throw error;
    const advice = paths === undefined ? '; the option wasmPaths says where the .wasm files are' : '';
    throw new Error(`${fault}${advice}`, { cause: error });
  } finally {
    globalThis.fetch = fetch;
  }
}

/**
 * The address of a binary, if `paths` has it. A folder may be given with its last slash or without.
 */
function addressOf(paths: WasmPaths | undefined, name: string): string | undefined {
  if (typeof paths !== 'string') return paths?.[name];
  return paths.endsWith('/') || paths === '' ? paths + name : `${paths}/${name}`;
}
