import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../scripts/vitest.base.ts';

// The page shares the machine with the rest of the tests.
export default mergeConfig(base, defineConfig({ test: { testTimeout: 300_000, hookTimeout: 180_000 } }));
