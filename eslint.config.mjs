import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', 'docs-out/**', '**/.turbo/**', 'runs/**', '**/coverage/**'] },
  ...tseslint.configs.strict,
  {
    rules: {
      // Index signatures are checked by noUncheckedIndexedAccess; `!` states an invariant of a loop
      // bound.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Randomness is an explicit Rng.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@tensorflow/tfjs', message: 'Libraries import @tensorflow/tfjs-core only.' }] },
      ],
    },
  },
);
