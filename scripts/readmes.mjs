// Writes the README of every library from its package comment and its exports, and copies LICENSE into every public package.
// `--check` writes nothing and fails when a file is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { conclude, fromRoot, root, workspaces } from './workspaces.mjs';

const check = process.argv.includes('--check');
const problems = [];

for (const { dir, manifest, library } of workspaces()) {
  if (manifest.private) continue;
  put(join(dir, 'LICENSE'), readFileSync(join(root, 'LICENSE'), 'utf8'));
  if (!library) continue;
  const index = parse(join(dir, 'src/index.ts'));
  const comment = /\/\*\*(?:(?!\*\/)[\s\S])*@packageDocumentation\s*\*\//.exec(index.text);
  if (comment) put(join(dir, 'README.md'), readme(manifest, plain(comment[0]), exportsOf(index)));
  else
    problems.push(
      `${fromRoot(index.fileName)}: expected a package comment that ends in @packageDocumentation`,
    );
}
conclude(problems, check ? 'every README and LICENSE is up to date' : 'every README and LICENSE is written');

/** The whole text of one README. */
function readme({ name, description, license, peerDependencies = {} }, body, exported) {
  const peers = '@tensorflow/tfjs-core' in peerDependencies ? ' @tensorflow/tfjs' : '';
  const list = exported.map(({ name: symbol, summary }) => `- \`${symbol}\`${summary && `: ${summary}`}`);
  return [
    `# ${name}`,
    `${description}.`,
    `\`\`\`sh\nnpm install ${name}${peers}\n\`\`\``,
    body,
    `## Exports`,
    list.join('\n'),
    'Each of them is documented in the source and the type declarations with its formula, the shapes of its arguments, its cost and an example; ' +
      '`npm run docs` in the repository builds these pages as a site.',
    `## License\n\n${license}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
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
