import katexModule from '@vscode/markdown-it-katex';
import './docs/site/untimed.mjs';
import { repositoryUrl } from './scripts/workspaces.mjs';

const katex = katexModule.default ?? katexModule;

/** Functions first: they are what one looks for. */
const groupOrder = [
  'Documents',
  'Modules',
  'Functions',
  'Variables',
  'Classes',
  'Interfaces',
  'Type Aliases',
  '*',
];

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'iresnet',
  entryPointStrategy: 'packages',
  entryPoints: ['packages/*'],
  groupOrder,
  packageOptions: {
    groupOrder,
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.json',
    readme: 'none', // it repeats the package comment, which is there already
    skipErrorChecking: true, // `npm run typecheck` does that, and for the tests too
    disableGit: true,
    sourceLinkTemplate: `${repositoryUrl}/blob/main/{path}#L{line}`,
    validation: { notDocumented: true, notExported: false }, // helper types speak by their names
    // Fields that say everything by name and type, `step` or `rows`, need no sentence.
    requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Method', 'Accessor', 'Variable'],
  },
  out: 'docs-out',
  readme: 'docs/site/index.md',
  // In the order of the sidebar; a page lists its own pages in its head.
  projectDocuments: [
    'start',
    'tutorials',
    'command-line',
    'choosing',
    'concepts',
    'extending',
    'measurements',
    'faq',
    'versions',
    'limits',
  ].map((name) => `docs/${name}.md`),
  highlightLanguages: ['bash', 'console', 'html', 'javascript', 'json', 'python', 'typescript'],
  useFirstParagraphOfCommentAsSummary: true,
  navigation: { excludeReferences: true },
  navigationLinks: { Playground: 'https://iresnet.github.io/iresnet/playground/', GitHub: repositoryUrl },
  visibilityFilters: {},
  hideGenerator: true,
  customCss: 'docs/site/site.css',
  favicon: 'docs/site/favicon.svg',
  treatWarningsAsErrors: true,
  markdownItLoader(parser) {
    parser.use(katex, { output: 'mathml', throwOnError: true }); // MathML: no fonts, no style sheet, no other host
  },
};
