import type { Tensor } from '@tensorflow/tfjs-core';
import { compose, delegate, type Composition } from './module';
import type { Conditional, Module } from './contracts';

/** What a part is at a context: a conditional one its piece, any other itself. */
export type AtContext<P> = P extends Conditional<infer T> ? T : P;

type Parts = readonly Module[] | Readonly<Record<string, Module>>;

/**
 * c ↦ join(parts at c): a conditional piece made of others, conditional or not.
 *
 * So everything that is made of pieces is conditional where one of its pieces is: a sequence of
 * layers, a residual block, a chain, a flow. Its life cycle is that of `compose`.
 *
 * @param parts - One conditional piece, whose names of variables are kept; or several, by name or
 * in a list, whose names go in front as with `compose`.
 * @param join - Makes the piece of the parts at a context. It is called at each `at`, so it should
 * only assemble.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { conditional, functionMap, type Conditional, type LipschitzMap } from '@iresnet/core';
 *
 * const half = functionMap((x) => tf.mul(0.5, x), { lipschitz: 0.5 });
 * const moved: Conditional<LipschitzMap> = {
 *   params: {},
 *   dispose: () => {},
 *   at: (c) => functionMap((x) => tf.sin(tf.add(x, c)), { lipschitz: 1 }),
 * };
 * const both = conditional([half, moved], ([f, g]) => (x: tf.Tensor) => g.apply(f.apply(x)));
 * both.at(tf.tensor2d([[1], [2]]))(tf.tensor2d([[2], [0]])).print(); // sin 2 and sin 2
 * ```
 */
export function conditional<P extends Module, T>(
  parts: P,
  join: (part: AtContext<P>) => T,
): Conditional<T> & Composition;
export function conditional<const P extends Parts, T>(
  parts: P,
  join: (parts: { -readonly [K in keyof P]: AtContext<P[K]> }) => T,
): Conditional<T> & Composition;
export function conditional<T>(
  parts: Module | Parts,
  join: (parts: never) => T,
): Conditional<T> & Composition {
  if (isModule(parts)) return { ...delegate(parts), at: (context) => join(at(parts, context) as never) };
  const list = Array.isArray(parts);
  return {
    ...compose(parts),
    at(context) {
      const named = Object.entries<Module>({ ...parts }).map(([name, part]) => [name, at(part, context)]);
      return join((list ? named.map(([, part]) => part) : Object.fromEntries(named)) as never);
    },
  };
}

function isModule(parts: Module | Parts): parts is Module {
  return typeof (parts as Partial<Module>).dispose === 'function';
}

function at(part: Module & Partial<Conditional<unknown>>, context: Tensor): unknown {
  return part.at ? part.at(context) : part;
}
