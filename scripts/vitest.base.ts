import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The one test configuration of all packages: sources, not builds, are tested. */
export const base = defineConfig({
  resolve: { conditions: ['@iresnet/source'] },
  ssr: { resolve: { conditions: ['@iresnet/source'] } },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    setupFiles: [fileURLToPath(new URL('seeded.ts', import.meta.url))],
    reporters: ['default', ['json', { outputFile: '.vitest-report.json' }]],
  },
});
