import { defineConfig } from 'tsup';
import { library } from '../../scripts/tsup.base';

/**
 * `#dom` stays an import of its own: package.json says which file it is, in Node and in a browser.
 */
export default defineConfig({
  ...library,
  entry: ['src/index.ts', 'src/dom.ts', 'src/dom.browser.ts'],
  dts: { entry: ['src/index.ts'] },
  external: [...(library.external ?? []), '#dom'],
});
