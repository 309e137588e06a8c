import { prefixParams } from './params';
import type { Module } from './contracts';

/** The life cycle of a composition: all members of {@link Module}, none of them missing. */
export type Composition = Required<Module>;

/**
 * Join named parts into one module: `params` under `name.`, and `dispose`, `refresh`,
 * `enforceBounds` and `flaws` of every part, in the order given.
 *
 * A map that is made of other maps spreads the result, so that no part of its life cycle is lost.
 *
 * @param parts - The parts by name; a list takes its indices as names.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { compose, type Module } from '@iresnet/core';
 *
 * const scale: Module = { params: { factor: tf.variable(tf.scalar(2)) }, dispose: () => {} };
 * const whole = compose({ first: scale, second: { params: {}, dispose: () => {} } });
 * console.log(Object.keys(whole.params)); // [ 'first.factor' ]
 * whole.refresh(); // no part follows its weights, so nothing happens
 * ```
 */
export function compose(parts: Readonly<Record<string, Module>> | readonly Module[]): Composition {
  const named = Object.entries<Module>({ ...parts });
  const each = (call: (part: Module) => void) => () => {
    for (const [, part] of named) call(part);
  };
  return {
    params: prefixParams(Object.fromEntries(named.map(([name, part]) => [name, part.params]))),
    dispose: each((part) => part.dispose()),
    refresh: each((part) => part.refresh?.()),
    enforceBounds: each((part) => part.enforceBounds?.()),
    flaws: () =>
      named.flatMap(([name, part]) =>
        (part.flaws?.() ?? []).map((flaw) => ({ ...flaw, part: `${name}.${flaw.part}` })),
      ),
  };
}

/**
 * The life cycle of one part under its own names, with no member missing: for a map around another.
 */
export function delegate(part: Module): Composition {
  return { ...compose([part]), params: part.params, flaws: () => part.flaws?.() ?? [] };
}
