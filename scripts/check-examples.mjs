// Type-checks every ts block of the doc comments, the READMEs and the pages in docs/ against the
// sources, and those sources without the types of `@tensorflow/tfjs`: a chained method, in an
// example or in a library, is an error. Start it with `node --import tsx`.
import { join } from 'node:path';
import ts from 'typescript';
import { allExamples } from './exampleBlocks.ts';
import { typecheckExamples } from './typecheckExamples.ts';
import { conclude, root } from './workspaces.mjs';

const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
const examples = allExamples(root);
const isSource = (path) => /\/packages\/[^/]+\/src\//.test(path);
conclude(
  typecheckExamples(examples, join(root, 'examples'), options, isSource),
  `${examples.length} examples, all typed`,
);
