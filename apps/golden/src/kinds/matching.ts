import type { Manifest } from '../manifest';

/** Whether an object has all the keys. */
export function has(object: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(object, key));
}

/** The reason not to run a case whose `config.kind` is not dense. */
export function unlessDense({ config }: Manifest): string | undefined {
  return config['kind'] === 'dense' ? undefined : `${String(config['kind'])}: no package offers conv2d yet`;
}
