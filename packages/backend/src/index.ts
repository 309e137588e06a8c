/**
 * Start a TensorFlow.js backend and prepare it for training: the native library, WebAssembly or
 * plain JavaScript.
 *
 * The wasm backend runs everywhere, but it cannot train a convolution, and some of its kernels take
 * tens of nanoseconds per value. This package gives it the gradients that it lacks, and replaces
 * the slow kernels by fast ones with the same results. The backend is a package that you add:
 * `npm install @tensorflow/tfjs-backend-wasm`. Without it, `useBackend('auto')` takes plain
 * JavaScript.
 *
 * `npx @iresnet/backend install-native` builds the native library from a TensorFlow wheel. Its
 * convolutions are four times as fast, and `useBackend('auto')` takes it before wasm.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm'; // for a bundler; Node finds an installed backend by its name
 * import '@tensorflow/tfjs-backend-cpu';
 * import { useBackend } from '@iresnet/backend';
 *
 * const { name, tried } = await useBackend('auto'); // before the first tensor is made
 * console.log(name, tried);
 * const x = tf.linspace(-3, 3, 1000);
 * const slope = tf.grad((t) => tf.sum(tf.sin(tf.softplus(t))))(x);
 * tf.slice(slope, [0], [3]).print();
 * ```
 *
 * @packageDocumentation
 */
export { useBackend, type BackendReport, type UseBackendOptions } from './useBackend';
export { type BackendName } from './candidates';
export { type WasmPaths } from './wasm/binaries';
export { accelerateWasm } from './wasm/accelerate';
export { registerConv2dGradient } from './conv2dGradient';
export { findNative, type NativeInstall } from './native/folder';
export { type LoadedNative } from './native/load';
export { listBackends, measureBackend, type BackendRates, type ListedBackend } from './measureBackend';
