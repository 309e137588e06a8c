import '@tensorflow/tfjs-backend-wasm';
import { useBackend } from '@iresnet/backend';
import { compareParts, type Compared } from '../../../../packages/model/test/parts';

/** Compare the parts of the tables of the laws with these names on wasm and on WebGL. */
export function parts({ names }: { readonly names: string }): Promise<Compared[]> {
  return compareParts(
    names,
    () => useBackend('wasm', { wasmPaths: '/wasm/' }),
    () => useBackend('webgl'),
  );
}
