import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, expect, inject, test } from 'vitest';
import { allExamples } from '../../../scripts/exampleBlocks';
import { typecheckExamples } from '../../../scripts/typecheckExamples';
import { install, link, publishable, root } from './tarballs';

// Every example of the doc comments, the READMEs and the pages, against the types in the tarballs.
const { home, tarballs } = inject('packed');
const project = join(home, 'types');

beforeAll(async () => {
  const libraries = [...publishable().values()].filter(({ manifest }) => manifest.main !== undefined);
  await install(project, tarballs, libraries);
  const backends = ['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'];
  link(project, ['@tensorflow/tfjs', '@tensorflow/tfjs-core', ...backends]);
}, 120_000);

test.each([
  ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ['node10', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Node10],
])('all are typed in strict, resolved as by %s', (_, module, moduleResolution) => {
  const typeRoots = [join(root, 'node_modules/@types')];
  const options = { target: ts.ScriptTarget.ES2022, module, moduleResolution, types: ['node'], typeRoots };
  const examples = allExamples(root);
  expect(examples.length).toBeGreaterThan(150);
  expect(typecheckExamples(examples, project, options)).toEqual([]);
});
