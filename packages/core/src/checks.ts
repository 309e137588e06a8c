import { Add, getGradient, Tensor } from '@tensorflow/tfjs-core';
import { didYouMean } from './didYouMean';
import { ensure } from './ensure';
import type { Rng } from './rng';

/**
 * Refuse what is not an object of options, and an option that the function does not know.
 *
 * @param names - Every name of the option type as a key; the compiler sees to it that none is
 * missing.
 */
export function checkOptions<T extends object>(
  where: string,
  options: T,
  names: { readonly [K in keyof Required<NoInfer<T>>]: true },
): void {
  const known = Object.keys(names);
  ensure(
    isPlain(options),
    where,
    () => `expected an object of options (${known.join(', ')}), got ${described(options)}`,
  );
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  ensure(
    unknown === undefined,
    where,
    () => `expected the options ${known.join(', ')}, got '${unknown!}'${didYouMean(unknown!, known)}`,
  );
}

/** Refuse what is not a generator of random numbers: nothing, a seed, another argument. */
export function checkRng(where: string, rng: Rng): void {
  ensure(
    typeof (rng as Partial<Rng> | undefined)?.split === 'function',
    where,
    () => `expected an rng, as createRng(seed) of @iresnet/core makes it, got ${described(rng)}`,
  );
}

/** Refuse what is not a living tensor of float32. `name` is that of the argument. */
export function checkTensor(where: string, name: string, x: Tensor): void {
  ensure(x instanceof Tensor, where, () => `expected a tensor ${name}, got ${described(x)}`);
  ensure(!x.isDisposed, where, () => `expected a living tensor ${name}, got one that was disposed`);
  ensure(
    x.dtype === 'float32',
    where,
    () => `expected ${name} of float32, got ${x.dtype}; tf.cast(${name}, 'float32') converts it`,
  );
}

/** Refuse to differentiate where the gradients of TensorFlow.js are not registered. */
export function checkGradients(where: string): void {
  ensure(
    (getGradient(Add) as unknown) !== undefined,
    where,
    () =>
      "expected the gradients of TensorFlow.js, got none; import '@iresnet/core/gradients' once in the program",
  );
}

/** Refuse parts of a composition that are not modules, such as a list where its members belong. */
export function checkParts(where: string, parts: readonly unknown[], method: string): void {
  ensure(parts.length > 0, where, () => 'expected at least one part, got none');
  parts.forEach((part, i) => {
    const found = part as Record<string, unknown> | null | undefined;
    ensure(typeof found?.[method] === 'function', where, () => {
      const hint = Array.isArray(part)
        ? '; the parts are separate arguments: write ...list'
        : typeof part === 'function'
          ? '; call it to make the part'
          : '';
      return `expected a part with ${method}() as argument ${i + 1}, got ${described(part)}${hint}`;
    });
  });
}

/** What came, in a few words, for the end of an error message. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Tensor) {
    return value.isDisposed ? 'a disposed tensor' : `a tensor of shape [${value.shape}]`;
  }
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise; await it first';
  if (typeof value === 'function') return `the function ${value.name || '(without a name)'}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a Map of ${value.size}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value === 'object') return `an object with the keys ${Object.keys(value).join(', ')}`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Tensor) &&
    typeof (value as { then?: unknown }).then !== 'function'
  );
}
