import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../scripts/vitest.base.ts';

export default mergeConfig(base, defineConfig({ test: { globalSetup: ['test/packAll.ts'] } }));
