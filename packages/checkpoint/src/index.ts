/**
 * Named tensors to bytes and back: safetensors with every rule of the format, and models that are one file.
 *
 * A module's `params` are already what a safetensors file holds: dotted names to tensors. `snapshot` reads them back from the
 * device, `assign` sets them, all or none. Node programs find crash-safe folders in `@iresnet/checkpoint/node`.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { assign, parseSafetensors, snapshot, toSafetensors } from '@iresnet/checkpoint';
 *
 * const module = { params: { kernel: tf.variable(tf.eye(2)) }, dispose() {} };
 * const bytes = toSafetensors(await snapshot(module), { note: 'identity' });
 *
 * const { tensors, metadata } = parseSafetensors(bytes, { file: 'model.safetensors' });
 * assign(module, tensors);
 * console.log(metadata.note, tensors.get('kernel')?.shape); // identity [ 2, 2 ]
 * ```
 *
 * From Python the same file is read by `safetensors.numpy.load_file('model.safetensors')`, which returns a dict of NumPy arrays under
 * the same dotted names (`safetensors.torch.load_file` gives torch tensors). The metadata, and with it the configuration that
 * `encodeModel` writes, come from `safetensors.safe_open(path, 'numpy').metadata()['config']`, a JSON string. A file that Python
 * wrote with `save_file` reads here. Convolution kernels are stored as TensorFlow.js holds them, height, width, in, out: transpose
 * by (3, 2, 0, 1) for PyTorch; dense kernels are in, out.
 *
 * @packageDocumentation
 */
export type { Dtype, DtypeArrays, HostTensor, NamedTensors } from './dtypes';
export { parseSafetensors, type ParseSafetensorsOptions, type SafetensorsFile } from './parseSafetensors';
export { toSafetensors } from './toSafetensors';
export { assign, snapshot, type AssignOptions, type AssignResult } from './module';
export { decodeModel, encodeModel, type Model, type StoredModel } from './model';
