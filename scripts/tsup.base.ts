import type { Options } from 'tsup';
import { pureConstants } from './pureConstants';

/** The one build configuration of all library packages: ESM, CommonJS and types. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  platform: 'neutral',
  treeshake: true,
  plugins: [pureConstants],
  removeNodeProtocol: false, // 'node:fs' stays 'node:fs'
  external: [/^@tensorflow\//, /^node:/],
};
