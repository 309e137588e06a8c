import { env } from '@tensorflow/tfjs-core';

/** Whether packages can be loaded by name at run time. */
export const isNode = (): boolean => env().getBool('IS_NODE');

/**
 * Import a module that may be missing. Bundlers do not see its name: they would pack a package that
 * the page does not need, or fail on one that is missing. In a browser the import therefore
 * rejects.
 */
export function importOptional(specifier: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
}
