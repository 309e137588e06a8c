import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../scripts/vitest.base.ts';

// Pages share the machine with the rest of the tests, and WebGL runs there without a GPU.
export default mergeConfig(
  base,
  defineConfig({
    test: { globalSetup: ['test/harness/published.ts'], testTimeout: 240_000, hookTimeout: 120_000 },
  }),
);
