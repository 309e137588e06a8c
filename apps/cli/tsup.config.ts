import { defineConfig } from 'tsup';

/**
 * A program for Node and no library: ES modules in pieces, so that a command loads what it needs,
 * and no types.
 */
export default defineConfig({
  // The program, and that of the threads of `--workers`.
  entry: { bin: 'src/bin.ts', thread: 'src/run/thread.ts' },
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false, // 'node:fs' stays 'node:fs'
  splitting: true,
  clean: true,
});
