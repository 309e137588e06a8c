import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.base';

export default defineConfig({
  ...library,
  entry: [
    'src/index.ts',
    'src/node.ts',
    'src/run.ts',
    'src/run/node.ts',
    'src/location/node.ts',
    'src/location/web.ts',
  ],
  // Where a model lies is a question to the platform: package.json answers it.
  external: [...library.external!, '#location'],
});
