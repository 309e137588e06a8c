// The public interface of each library as a committed file, `packages/NAME/api.md`: every export of
// every entry with its type, so that a change of it shows in review. `--check` writes nothing and
// fails when a file is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { conclude, fromRoot, root, workspaces } from './workspaces.mjs';

const check = process.argv.includes('--check');
const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
const libraries = workspaces()
  .filter(({ library }) => library)
  .map(({ dir, manifest }) => ({ dir, manifest, entries: entriesOf(dir, manifest) }));
const program = ts.createProgram(
  libraries.flatMap(({ entries }) => entries.map(({ file }) => file)),
  { ...options, noEmit: true, skipLibCheck: true },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });
const problems = [];

for (const { dir, manifest, entries } of libraries) {
  const parts = entries.map(
    ({ name, file }) => `## ${name}\n\n\`\`\`ts\n${exportsOf(file).join('\n')}\n\`\`\``,
  );
  const text = `# The interface of ${manifest.name}\n\nWritten by \`npm run readmes\`.\n\n${parts.join('\n\n')}\n`;
  const path = join(dir, 'api.md');
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (check) problems.push(`${fromRoot(path)} is stale: run \`npm run readmes\`, and look at what changed`);
  else writeFileSync(path, text);
}
conclude(problems, `the interfaces of ${libraries.length} packages are ${check ? 'as written' : 'written'}`);

/**
 * The entries of a package that are for its users: not its inner ones, which other packages of this
 * repository use.
 */
function entriesOf(dir, { name, exports }) {
  return Object.entries(exports)
    .filter(([path, target]) => target['@iresnet/source'] && path !== './internal')
    .map(([path, target]) => ({ name: name + path.slice(1), file: join(dir, target['@iresnet/source']) }));
}

/** One declaration for each export of a module, in the order of their names. */
function exportsOf(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  if (!module) return ['// for its effect alone'];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => [symbol.name, declarationOf(symbol)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text);
}

function declarationOf(symbol) {
  const { name } = symbol;
  const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const [declaration] = original.declarations;
  if (ts.isClassDeclaration(declaration)) return `class ${name} { ${membersOf(original).join('; ')} }`;
  if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration))
    return printer
      .printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile())
      .replace(/^export (declare )?/, '');
  const type = checker.getTypeOfSymbol(original);
  const calls = type.getCallSignatures();
  if (calls.length > 0 && ts.isFunctionDeclaration(declaration))
    return calls.map((one) => `function ${name}${written(one, declaration)}`).join('\n');
  return `const ${name}: ${checker.typeToString(type, declaration, ts.TypeFormatFlags.NoTruncation)}`;
}

/** The public members of a class. */
function membersOf(symbol) {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  return type
    .getProperties()
    .filter(({ declarations = [] }) =>
      declarations.some((one) => fromRoot(one.getSourceFile().fileName).startsWith('packages/')),
    )
    .map(
      (one) =>
        `${one.name}: ${checker.typeToString(checker.getTypeOfSymbol(one), undefined, ts.TypeFormatFlags.NoTruncation)}`,
    );
}

function written(signature, node) {
  return checker.signatureToString(signature, node, ts.TypeFormatFlags.NoTruncation).replace(/\s+/g, ' ');
}
