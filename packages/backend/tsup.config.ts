import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.base';

export default defineConfig({
  ...library,
  entry: { index: 'src/index.ts', installCommand: 'src/native/installCommand.ts' },
});
