import { defineConfig } from 'tsup';
import { gradientsBundle } from '../../scripts/tfjsGradients';
import { library } from '../../scripts/tsup.base';

export default defineConfig([
  {
    ...library,
    entry: ['src/index.ts', 'src/internal.ts'],
    splitting: true, // shared chunks: both entries throw the one IResNetError that `instanceof` knows
    clean: ['dist/*', '!dist/gradients.*'],
  },
  {
    ...library,
    ...gradientsBundle,
    entry: ['src/gradients.ts'],
    clean: ['dist/gradients.*'],
    sourcemap: false,
  },
]);
