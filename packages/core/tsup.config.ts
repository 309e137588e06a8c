import { defineConfig } from 'tsup';
import { gradientsBundle } from '../../scripts/tfjsGradients';
import { library } from '../../scripts/tsup.base';

const entry = ['src/index.ts', 'src/internal.ts'];
const gradients = 'src/gradients.ts';

export default defineConfig([
  // Both run at once: the first makes all types, and leaves alone what the second makes.
  {
    ...library,
    entry,
    splitting: true, // shared chunks: both entries throw the one IResNetError that `instanceof` knows
    dts: { entry: [...entry, gradients] },
    clean: ['!gradients.*'],
  },
  { ...library, ...gradientsBundle, entry: [gradients], dts: false, clean: false, sourcemap: false },
]);
