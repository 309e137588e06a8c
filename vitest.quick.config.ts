import { defineConfig } from 'vitest/config';
import { base } from './scripts/vitest.base.ts';

/**
 * `npm run test:quick`: the tests of the libraries that take less than two seconds a file, on the
 * cpu backend. Modules are loaded once for all files. What it leaves out is tested by `npm test`.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/test/**/*.test.ts'],
    exclude: [
      '**/*.{wasm,native}.test.ts',
      '**/{examples,imageLaws,iResNetLaws}*.test.ts',
      'packages/{model,lipschitz,flows}/test/laws.cpu.test.ts',
      'packages/backend/test/**',
      'packages/checkpoint/test/node/{crash,checkpoint,faults}.test.ts',
      'packages/datasets/test/{toy2d,malformed,density}.test.ts',
      'packages/datasets/test/node/{processes,download,tableFile}.test.ts',
      'packages/evaluation/test/reference.test.ts',
      'packages/inversion/test/{solvers,promise,fixedPoint}.test.ts',
      'packages/lipschitz/test/{convolution,branches,fromLayers}*.test.ts',
      'packages/logdet/test/{standardError,krylovTruth,laws}*.test.ts',
      'packages/model/test/{official,certify,certified}.test.ts',
      'packages/pipeline/test/**',
      'packages/report/test/**',
      'packages/spectral-norm/test/{laws,convBoundAnywhere}*.test.ts',
      'packages/testing/test/estimator.test.ts',
      'packages/training/test/{fit,module}.test.ts',
      '**/*{Attack,attack,Bounds}*.test.ts',
    ],
    isolate: false,
    setupFiles: [...base.test!.setupFiles!, 'scripts/onCpu.ts'],
    reporters: ['default'],
  },
});
