import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One ```ts block of a doc comment or of a page. */
export interface Example {
  /** `file:line`. */
  readonly where: string;
  readonly code: string;
}

/** Every ```ts block in the doc comments below a folder; `where` starts there. */
export function docExamples(folder: string): Example[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) =>
        [...comment[0].matchAll(/^[ \t]*\* ?```ts\n([\s\S]*?)^[ \t]*\* ?```/gm)].map((block) => ({
          where: `${file}:${lineAt(text, comment.index + block.index)}`,
          code: (block[1] ?? '').replace(/^[ \t]*\* ?/gm, ''),
        })),
      );
    });
}

/**
 * Every example of the repository: each file of docs/examples, each ```ts block of a doc comment, a
 * README, a page in docs/.
 */
export function allExamples(root: string): Example[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  const inComments = below('packages')
    .map((folder) => `${folder}/src`)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      docExamples(join(root, folder)).map(({ where, code }) => ({ where: `${folder}/${where}`, code })),
    );
  const readmes = [...below('packages'), ...below('apps')].map((folder) => `${folder}/README.md`);
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'docs/site/index.md',
    ...below('docs').filter((path) => path.endsWith('.md')),
    ...readmes,
  ];
  const files = below('docs/examples').map((path) => ({
    where: path,
    code: readFileSync(join(root, path), 'utf8'),
  }));
  const known = new Set(inComments.map(({ code }) => code)); // the README of a library repeats its package comment
  const inPages = pages
    .filter((page) => existsSync(join(root, page)))
    .flatMap((page) => pageExamples(page, root));
  return [...files, ...inComments, ...inPages.filter(({ code }) => !known.has(code))];
}

/** Every ```ts block of a page, which is given as its path from `root`. */
function pageExamples(page: string, root: string): Example[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((block) => ({
    where: `${page}:${lineAt(text, block.index)}`,
    code: block[1] ?? '',
  }));
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
