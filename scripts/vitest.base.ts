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
    reporters: ['default', ['json', { outputFile: '.vitest-report.json' }]],
  },
});
