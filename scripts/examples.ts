import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { afterAll, beforeAll, test, vi } from 'vitest';
import '@tensorflow/tfjs'; // a backend and the gradients, which an example of a few lines does not import
import { docExamples } from './exampleBlocks';

/**
 * Run every ```ts block of the doc comments of a package, each as one test.
 *
 * @param testUrl - `import.meta.url` of the file `test/examples.test.ts` of that package.
 * @param modules - what the examples may import, by specifier; TensorFlow.js, its gradients and
 * `node:` need not be listed.
 */
export function runExamples(testUrl: string, modules: Readonly<Record<string, unknown>>): void {
  const load = async (specifier: string): Promise<unknown> => {
    if (specifier in modules) return modules[specifier];
    if (/^(node:|@tensorflow\/)/.test(specifier)) return import(specifier);
    if (/^@iresnet\/core\/gradients(\/vectors)?$/.test(specifier)) return undefined; // registered above
    throw new Error(`an example imports '${specifier}', which test/examples.test.ts does not offer`);
  };
  const start = process.cwd();
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'examples-')); // an example may write files
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(start);
    await rm(folder, { recursive: true, force: true });
  });

  for (const { where, code } of docExamples(fileURLToPath(new URL('../src', testUrl)))) {
    test(where, async () => {
      const silence = vi.spyOn(console, 'log').mockImplementation(() => undefined);
      try {
        await run(await asFunctionBody(code, 'await load'), load);
      } finally {
        silence.mockRestore();
      }
    });
  }
}

/**
 * TypeScript to JavaScript. Every import stays, also one that is there for its effect alone, as a
 * backend's.
 */
export async function withoutTypes(code: string): Promise<string> {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  return (await transform(code, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw })).code;
}

/**
 * TypeScript with imports to the body of an async function: the types go, and
 * `import { a as b } from 'm'` becomes `const { a: b } = load("m")`, where `load` is the text
 * given.
 */
export async function asFunctionBody(code: string, load: string): Promise<string> {
  const js = await withoutTypes(code);
  return js.replace(
    /^import (?:(?:\* as (\w+)|(\{[^}]*\})) from )?(".*?");$/gm,
    (_, space?: string, names?: string, specifier?: string) =>
      `${(space ?? names) ? `const ${space ?? names?.replaceAll(' as ', ': ')} = ` : ''}${load}(${specifier});`,
  );
}

async function run(body: string, load: (specifier: string) => Promise<unknown>): Promise<void> {
  const main = new Function('load', `return (async () => {\n${body}\n})()`) as (
    loader: typeof load,
  ) => Promise<void>;
  await main(load);
}
