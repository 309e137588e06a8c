import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The page is made from the sources of the packages, and works from any folder of any static host.
 */
export default defineConfig({
  base: './',
  resolve: {
    conditions: ['@iresnet/source', ...defaultClientConditions],
    alias: {
      // As it is published; its source stands in for it where nothing is bundled.
      '@iresnet/core/gradients': here('../../packages/core/src/gradients.ts'),
    },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: ['index.html', 'tour.html', 'bench.html'].map(here),
    },
  },
});
