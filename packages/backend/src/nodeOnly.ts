import { env } from '@tensorflow/tfjs-core';

/** Whether packages can be loaded by name at run time. */
export const isNode = (): boolean => env().getBool('IS_NODE');

/**
 * Import a module that may be missing. The name is kept from bundlers, which would fail on, or pack, a package that is
 * not meant for them; in a browser such an import therefore always rejects.
 */
export function importOptional(specifier: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
}
