import type { Variable } from '@tensorflow/tfjs-core';
import type { Params } from './contracts';

/**
 * Join the parameters of named parts under dotted names: `{ a: { kernel } }` becomes
 * `{ 'a.kernel': … }`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { prefixParams } from '@iresnet/core';
 *
 * const params = prefixParams({ 0: { kernel: tf.variable(tf.zeros([2, 2])) } });
 * console.log(Object.keys(params)); // [ '0.kernel' ]
 * ```
 */
export function prefixParams(parts: Readonly<Record<string, Params>>): Params {
  const joined: Record<string, Variable> = {};
  for (const [prefix, params] of Object.entries(parts)) {
    for (const [name, variable] of Object.entries(params)) joined[`${prefix}.${name}`] = variable;
  }
  return joined;
}

/** The variables that an optimizer may change, in a fixed order. */
export function trainableParams(params: Params): Variable[] {
  return Object.values(params).filter((variable) => variable.trainable);
}

/** Free every variable of a module's `params`; the usual `dispose`. */
export function disposeParams(params: Params): void {
  for (const variable of Object.values(params)) variable.dispose();
}
