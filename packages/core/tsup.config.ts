import { defineConfig } from 'tsup';
import { gradientsBundle } from '../../scripts/tfjsGradients';
import { library } from '../../scripts/tsup.base';

const entry = ['src/index.ts', 'src/internal.ts', 'src/node.ts'];

export default defineConfig([
  // Both run at once: the first makes all types, and leaves alone what the second makes.
  {
    ...library,
    entry,
    splitting: true, // shared chunks: all entries throw the one IResNetError that `instanceof` knows
    dts: { entry: [...entry, 'src/gradients.ts', 'src/vectorGradients.ts'] },
    clean: ['!gradients.*', '!vectorGradients.*'],
  },
  {
    ...library,
    ...gradientsBundle,
    entry: ['src/gradients.ts', 'src/vectorGradients.ts'],
    dts: false,
    clean: false,
    sourcemap: false,
    splitting: false,
  },
]);
