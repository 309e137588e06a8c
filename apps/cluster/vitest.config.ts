import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../scripts/vitest.base.ts';

// Engines wait for lost workers by their own clocks, and share two cores: one at a time.
/** `CLUSTER_NIGHTLY=1` adds engines that are heavy to install. */
const include = ['test/**/*.test.ts', ...(process.env['CLUSTER_NIGHTLY'] ? ['nightly/**/*.test.ts'] : [])];

export default mergeConfig(
  base,
  defineConfig({ test: { include, fileParallelism: false, testTimeout: 400_000, hookTimeout: 120_000 } }),
);
