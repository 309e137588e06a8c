/**
 * Named tensors to bytes and back: safetensors with every rule of the format, and modules that are
 * one file together with their configuration.
 *
 * A module's `params` are already what a safetensors file holds: tensors by dotted name. `snapshot`
 * reads them back from the device, `assign` sets them, all or none. For Node,
 * `@iresnet/checkpoint/node` has folders that survive a crash; `encodeModuleFiles` gives the files
 * of one.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { assign, parseSafetensors, snapshot, toSafetensors } from '@iresnet/checkpoint';
 *
 * const module = { params: { kernel: tf.variable(tf.eye(2)) } };
 * const bytes = toSafetensors(await snapshot(module), { note: 'identity' });
 *
 * const { tensors, metadata } = parseSafetensors(bytes, { file: 'model.safetensors' });
 * assign(module, tensors);
 * console.log(metadata.note, tensors.get('kernel')?.shape); // identity [ 2, 2 ]
 * ```
 *
 * In Python, `safetensors.numpy.load_file('model.safetensors')` reads the same file into a dict of
 * NumPy arrays under the same dotted names, and `safetensors.torch.load_file` into torch tensors.
 * The configuration that `encodeModule` writes is the JSON string `safetensors.safe_open(path,
 * 'numpy').metadata()['config']`. A file that Python wrote with `save_file` can be read here.
 * Convolution kernels are stored as TensorFlow.js holds them, height, width, in, out: transpose
 * them by (3, 2, 0, 1) for PyTorch. Dense kernels are in, out.
 *
 * @packageDocumentation
 */
export type { Dtype, DtypeArrays, HostTensor, NamedTensors } from './dtypes';
export { parseSafetensors, type ParseSafetensorsOptions, type SafetensorsFile } from './parseSafetensors';
export { toSafetensors } from './toSafetensors';
export { checkFinite } from './checkFinite';
export { assign, snapshot, type AssignOptions, type AssignResult } from './module';
export { decodeModule, encodeModule, type ConfiguredModule, type StoredModule } from './storedModule';
export { decodeModuleFiles, encodeModuleFiles } from './moduleFiles';
