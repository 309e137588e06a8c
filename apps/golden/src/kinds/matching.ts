import type { Manifest } from '../manifest';

/** Whether an object has all the keys. */
export function has(object: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(object, key));
}

/**
 * Kinds of layer that the packages offer: dense, and convolutions of odd square kernels or of
 * several sizes.
 */
const OFFERED = /^(dense|conv|conv(\d*[13579])x\2)$/;

/** The reason not to run a case whose `config.kind` is no layer that a package offers. */
export function unlessOffered({ config }: Manifest): string | undefined {
  const kind = String(config['kind']);
  return OFFERED.test(kind) ? undefined : `${kind}: no package offers such a layer`;
}
