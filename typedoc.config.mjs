import katexModule from '@vscode/markdown-it-katex';

const katex = katexModule.default ?? katexModule;

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'iresnet',
  entryPointStrategy: 'packages',
  entryPoints: ['packages/*'],
  packageOptions: {
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.json',
    readme: 'none', // it repeats the package comment, which is there already
    skipErrorChecking: true, // `npm run typecheck` does that, and for the tests too
    disableGit: true,
    sourceLinkTemplate: '{path}#L{line}',
    validation: { notDocumented: true, notExported: false }, // helper types speak by their names
    // Fields that say everything by name and type, `step` or `rows`, need no sentence.
    requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Method', 'Accessor', 'Variable'],
  },
  out: 'docs-out',
  projectDocuments: ['docs/*.md'],
  highlightLanguages: ['bash', 'console', 'javascript', 'json', 'python', 'typescript'],
  treatWarningsAsErrors: true,
  markdownItLoader(parser) {
    parser.use(katex, { output: 'mathml', throwOnError: true }); // MathML: no fonts, no style sheet, no other host
  },
};
