import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.base';

// Shared chunks: both entries throw the one IResNetError that `instanceof` knows.
export default defineConfig({ ...library, entry: ['src/index.ts', 'src/internal.ts'], splitting: true });
