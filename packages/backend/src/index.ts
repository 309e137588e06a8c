/**
 * Start a TensorFlow.js backend and make it fit for training: the native library, WebAssembly or plain JavaScript.
 *
 * The wasm backend runs everywhere, but cannot train a convolution, and some of its kernels take tens of nanoseconds a
 * value. This package gives it the gradients that it lacks and replaces the slow kernels by ones of the same results.
 *
 * `npx @iresnet/backend install-native` builds the native library, whose convolutions are four times as fast, from a TensorFlow
 * wheel; `useBackend('auto')` then takes it.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
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
export { accelerateWasm } from './wasm/accelerate';
export { registerConv2dGradient } from './conv2dGradient';
export { findNative, type NativeInstall } from './native/folder';
export { type LoadedNative } from './native/load';
export { listBackends, measureBackend, type BackendRates, type ListedBackend } from './measureBackend';
