import { Tensor } from '@tensorflow/tfjs-core';
import type { Module } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import type { NamedTensors } from './dtypes';
import { quote } from './header';

/** Refuse what is not a module with living variables, such as the promise of one. */
export function checkModule(where: string, module: Pick<Module, 'params'>): void {
  const params = (module as Partial<Module> | undefined)?.params;
  ensure(
    typeof params === 'object' && params !== null,
    where,
    () => `expected a module with params, got ${described(module)}`,
  );
  for (const [name, variable] of Object.entries(params)) {
    ensure(
      variable instanceof Tensor && !variable.isDisposed,
      where,
      () => `expected a living variable ${quote(name)}, got ${described(variable)}`,
    );
  }
}

/** Refuse what is not a Map of tensors, such as the promise of one. */
export function checkNamedTensors(where: string, tensors: NamedTensors): void {
  ensure(
    tensors instanceof Map,
    where,
    () => `expected a Map of tensors by name, as snapshot gives it, got ${described(tensors)}`,
  );
}

/** Refuse what is not bytes, such as the promise of them. */
export function checkBytes(where: string, bytes: Uint8Array): void {
  ensure(bytes instanceof Uint8Array, where, () => `expected a Uint8Array, got ${described(bytes)}`);
}
