import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.base';

export default defineConfig({ ...library, entry: ['src/index.ts', 'src/official.ts'] });
