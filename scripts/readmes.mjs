// Writes the README of every library from its package comment and its exports. Every public package
// gets LICENSE and, in its package.json, the fields of the root about the project. `--check` writes
// nothing and fails when a file is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { conclude, fromRoot, metadataOf, root, workspaces } from './workspaces.mjs';

const check = process.argv.includes('--check');
const problems = [];

/** Stands below the command that installs the packages. */
const aboutBackend = [
  'TensorFlow.js computes on a backend that the program imports. The example takes plain JavaScript;',
  '[`@iresnet/backend`](https://www.npmjs.com/package/@iresnet/backend) starts a faster one. A program that trains imports',
  '`@iresnet/core/gradients` too. A program that imports `@tensorflow/tfjs` has a backend and the gradients already.',
].join('\n');

for (const { dir, manifest, library } of workspaces()) {
  if (manifest.private) continue;
  put(join(dir, 'LICENSE'), readFileSync(join(root, 'LICENSE'), 'utf8'));
  put(join(dir, 'package.json'), `${JSON.stringify(withMetadata(manifest, dir), null, 2)}\n`);
  if (!library) continue;
  const index = parse(join(dir, 'src/index.ts'));
  const comment = /\/\*\*(?:(?!\*\/)[\s\S])*@packageDocumentation\s*\*\//.exec(index.text);
  if (comment) put(join(dir, 'README.md'), readme(manifest, plain(comment[0]), exportsOf(index)));
  else
    problems.push(
      `${fromRoot(index.fileName)}: expected a package comment that ends in @packageDocumentation`,
    );
}
conclude(
  problems,
  check
    ? 'every README, LICENSE and package.json is up to date'
    : 'every README, LICENSE and package.json is written',
);

/** A package.json with the fields about the project, which stand behind the description. */
function withMetadata({ name, version, description, ...rest }, dir) {
  const metadata = metadataOf(dir);
  const others = Object.entries(rest).filter(([field]) => !(field in metadata));
  return { name, version, description, ...metadata, ...Object.fromEntries(others) };
}

/** The whole text of one README: the first paragraph of the package comment opens it. */
function readme(manifest, comment, exported) {
  const { name, license } = manifest;
  const [opening, ...body] = comment.split(/\n{2,}/);
  const list = exported.map(({ name: symbol, summary }) => `- \`${symbol}\`${summary && `: ${summary}`}`);
  const packages = packagesOf(comment, manifest);
  return [
    `# ${name}`,
    opening,
    `\`\`\`sh\nnpm install ${packages.join(' ')}\n\`\`\``,
    ...(packages.includes('@tensorflow/tfjs-backend-cpu') && name !== '@iresnet/backend'
      ? [aboutBackend]
      : []),
    body.join('\n\n'),
    `## Exports`,
    list.join('\n'),
    'Each of them is documented in the source and the type declarations with its formula, the shapes of its arguments, its cost and an example; ' +
      `[the site](${manifest.homepage}) has these pages. TypeScript 5.0 or newer reads the types, with \`skipLibCheck\` for those of TensorFlow.js.`,
    `## License\n\n${license}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/**
 * What the examples import and the package needs beside it, each once: the package itself, others
 * of this repository, TensorFlow.js.
 */
function packagesOf(comment, { name, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional);
  const code = [...comment.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((block) => block[1]).join('');
  const imported = ts
    .preProcessFile(code)
    .importedFiles.map(({ fileName }) => fileName.split('/', fileName.startsWith('@') ? 2 : 1).join('/'))
    .filter((found) => found !== name && !found.startsWith('node:'));
  const rank = (found) => (found === '@tensorflow/tfjs-core' ? 1 : found.startsWith('@tensorflow/') ? 2 : 0);
  return [
    name,
    ...[...new Set([...imported, ...peers])].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)),
  ];
}

/** The exports of an index file that re-exports by name, in its order: values first, then types. */
function exportsOf(index) {
  const found = [];
  for (const statement of index.statements) {
    if (
      !ts.isExportDeclaration(statement) ||
      !statement.exportClause ||
      !ts.isNamedExports(statement.exportClause)
    )
      continue;
    const from = statement.moduleSpecifier?.text;
    const file = from?.startsWith('.') ? source(join(dirname(index.fileName), from)) : undefined;
    for (const element of statement.exportClause.elements) {
      const original = (element.propertyName ?? element.name).text;
      const type = statement.isTypeOnly || element.isTypeOnly;
      found.push({
        name: element.name.text,
        type,
        summary: file ? firstSentence(docOf(file, original)) : '',
      });
    }
  }
  return [...found.filter(({ type }) => !type), ...found.filter(({ type }) => type)];
}

/** The doc comment of the declaration of `name` in one file, or ''. */
function docOf(file, name) {
  for (const statement of parse(file).statements) {
    const declarations = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : [statement];
    if (!declarations.some((declaration) => declaration.name?.text === name)) continue;
    const doc = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).at(-1);
    if (doc) return plain(doc.getText());
  }
  return '';
}

/** A comment without its stars and tags; links become code. */
function plain(comment) {
  return comment
    .replace(/^\/\*\*[ \t]*|\s*\*\/$/g, '')
    .replace(/^[ \t]*\*[ ]?/gm, '')
    .replace(/^@[a-z][\s\S]*/m, '')
    .replace(
      /\{@link(?:code|plain)?\s+([^}|\s]+)(?:(?:\s*\|\s*|\s+)([^}]+))?\}/g,
      (_, target, label) => `\`${(label ?? target).trim()}\``,
    )
    .trim();
}

/** The first sentence of the first paragraph. */
function firstSentence(text) {
  const paragraph = (text.split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ');
  return /^.*?(?<!\b(?:i\.e|e\.g|cf|et al|vs))[.!?](?=\s+[A-Z`{(]|$)/.exec(paragraph)?.[0] ?? paragraph;
}

function source(path) {
  return [`${path}.ts`, join(path, 'index.ts')].find((candidate) => existsSync(candidate));
}

function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
}

function put(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  if (check) problems.push(`${fromRoot(path)} is stale: run \`node scripts/readmes.mjs\``);
  else writeFileSync(path, text);
}
