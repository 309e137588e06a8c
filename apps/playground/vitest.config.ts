import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../scripts/vitest.base.ts';

// One file at a time, since frames a second are counted; the page shares the machine with the tests
// of other packages.
export default mergeConfig(
  base,
  defineConfig({ test: { fileParallelism: false, testTimeout: 300_000, hookTimeout: 180_000 } }),
);
