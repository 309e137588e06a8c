import type { Options } from 'tsup';
import ts from 'typescript';

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * Mark the constants of a module as free of effects, so that a bundler leaves out those that a
 * program does not use. A library is one built file. There a bundler keeps a constant whose value
 * calls, spreads or computes anything, with all that it refers to, because it cannot know that
 * nothing else happens. The packages promise that (`sideEffects`), but the promise counts for whole
 * files.
 *
 * `const table = { ...first, b: make() }` becomes
 * `const table = /* @__PURE__ *\/ (() => ({ ...first, b: make() }))()`, on the same line.
 */
export const pureConstants: Plugin = {
  name: 'pure-constants',
  renderChunk(code, { path }) {
    if (!/\.c?js$/.test(path)) return;
    const file = ts.createSourceFile(path, code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
    const values = file.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => [...declarationList.declarations])
      .flatMap(({ name, initializer }) => (ts.isIdentifier(name) && initializer ? [initializer] : []))
      .filter(computes);
    return {
      code: values.reduceRight((text, value) => {
        const [start, end] = [value.getStart(file), value.getEnd()];
        const pure = `/* @__PURE__ */ (() => (${text.slice(start, end)}))()`;
        return text.slice(0, start) + pure + text.slice(end);
      }, code),
    };
  },
};

/** Whether a value has to be computed: then a bundler may take that for an effect. */
function computes(value: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(value)) return computes(value.operand);
  if (ts.isBinaryExpression(value)) return computes(value.left) || computes(value.right);
  if (ts.isNewExpression(value) && value.getFullText().trimStart().startsWith('/* @__PURE__ */'))
    return false;
  return !(ts.isLiteralExpression(value) || ts.isFunctionLike(value) || ts.isClassExpression(value));
}
