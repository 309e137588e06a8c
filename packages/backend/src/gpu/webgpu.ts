import { importOptional, isNode } from '../nodeOnly';

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** The package `webgpu` of npm: Dawn, the WebGPU of Chromium, as an addon of Node. */
interface Dawn {
  create(flags: string[]): Gpu;
  readonly globals: Record<string, unknown> & {
    readonly GPUAdapter: { readonly prototype: { requestDevice: RequestDevice } };
  };
}

type RequestDevice = (this: object, descriptor?: { requiredFeatures?: unknown[] }) => Promise<unknown>;

/**
 * Make `navigator.gpu`, which the backend looks for when it is loaded. A page has it, and Node gets
 * it from the package `webgpu`.
 *
 * @throws Error that says what to install, or that there is no adapter.
 */
export async function findAdapter(): Promise<void> {
  const found = gpu();
  if (!found && !isNode()) {
    throw new Error('this page has no WebGPU: it needs a browser that has it, and https or localhost');
  }
  const adapter = await (found ?? (await startDawn())).requestAdapter();
  if (adapter) return;
  const driver = isNode() ? '; on Linux Dawn needs libvulkan.so.1 and a driver of Vulkan' : '';
  throw new Error(`WebGPU found no adapter${driver}`);
}

const gpu = (): Gpu | undefined => (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;

async function startDawn(): Promise<Gpu> {
  const { create, globals } = (await importOptional('webgpu').catch((cause: unknown) => {
    const packages = '@tensorflow/tfjs-backend-webgpu webgpu';
    throw new Error(`Node has no WebGPU of its own: npm install ${packages}`, { cause });
  })) as Dawn;
  Object.assign(globalThis, globals);
  // The backend asks for a list within the list of features, which Dawn refuses.
  const { prototype } = globals.GPUAdapter;
  const { requestDevice } = prototype;
  prototype.requestDevice = function (descriptor) {
    const requiredFeatures = (descriptor?.requiredFeatures ?? []).flat();
    return requestDevice.call(this, { ...descriptor, requiredFeatures });
  };
  const made = create([]);
  const home = globalThis as { navigator?: object };
  if (!home.navigator) Object.defineProperty(home, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(home.navigator, 'gpu', { value: made, configurable: true });
  return made;
}
