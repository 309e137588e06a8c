// What must hold of the built site: `node docs/site/check.mjs [FOLDER]`, docs-out by default. Links
// and anchors lead somewhere, source links to a line that exists, no page loads anything from
// another host or weighs more than 300 kB, and the search finds the page that
// docs/site/queries.json names among its first three. It prints a hash of all bytes.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import MiniSearch from 'minisearch';
import { conclude, project, repositoryUrl, root } from '../../scripts/workspaces.mjs';
import { find, indexOptions } from './search.mjs';

const out = process.argv[2] ?? join(root, 'docs-out');
const here = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(out, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => statSync(join(out, name)).isFile())
  .sort();
const pages = new Map(
  files.filter((name) => name.endsWith('.html')).map((name) => [name, readFileSync(join(out, name), 'utf8')]),
);
const anchors = new Map(
  [...pages].map(([name, html]) => [
    name,
    new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)),
  ]),
);
const known = new Set(files);
const problems = [];
const lines = new Map();
let links = 0;
let formulas = 0;
let heaviest = 0;

for (const [name, html] of pages) {
  if (name.startsWith('playground/')) continue; // it has tests of its own
  let weight = Buffer.byteLength(html);
  for (const [, tag, address] of html.matchAll(
    /<(a|link|script|img|iframe|source|use)\b[^>]*?\s(?:href|src)="([^"]*)"/g,
  )) {
    links++;
    const target = address.replaceAll('&amp;', '&');
    if (/^[a-z]+:/.test(target)) {
      if (tag !== 'a') problems.push(`${name} loads ${target}`);
      else if (target.startsWith(`${repositoryUrl}/blob/main/`))
        problems.push(...sourceProblems(name, target));
      else if (target.startsWith(project.homepage))
        problems.push(`${name} has the full address ${target} of this site`);
      continue;
    }
    const [path, anchor] = target.split('#');
    const file = path === '' ? name : posix.join(posix.dirname(name), decodeURIComponent(path));
    if (!known.has(file)) problems.push(`${name} links to ${target}, which is not there`);
    else if (anchor && anchors.has(file) && !anchors.get(file).has(decodeURIComponent(anchor)) && tag === 'a')
      problems.push(`${name} links to ${target}, an anchor that is not there`);
    if ((tag === 'link' || tag === 'script') && known.has(file)) weight += statSync(join(out, file)).size;
  }
  if (weight > 300_000)
    problems.push(`${name} weighs ${weight} bytes with its scripts and styles, more than 300 kB`);
  heaviest = Math.max(heaviest, weight);
  formulas += html.split('<math').length - 1;
  if (/katex-error|\$\$/.test(html)) problems.push(`${name} has a formula that is not typeset`);
  const twice = [...html.matchAll(/\sid="([^"]+)"/g)]
    .map(([, id]) => id)
    .find((id, i, all) => all.indexOf(id) !== i);
  if (twice && name.startsWith('documents/')) problems.push(`${name} has the id ${twice} twice`);
}
for (const name of files.filter((file) => file.endsWith('.css')))
  if (/url\(["']?(https?:)?\/\/|@import/.test(readFileSync(join(out, name), 'utf8')))
    problems.push(`${name} loads something from another host`);

const stored = /^window\.findIndex=(.*);\n$/s.exec(
  readFileSync(join(out, 'assets/find-index.js'), 'utf8'),
)[1];
const index = MiniSearch.loadJSON(JSON.parse(stored), indexOptions);
const queries = JSON.parse(readFileSync(join(here, 'queries.json'), 'utf8'));
for (const [query, expected] of queries) {
  const titles = [...new Set(find(index, query).map(({ title }) => title))];
  if (!titles.slice(0, 3).includes(expected))
    problems.push(`the search for '${query}' finds ${titles.slice(0, 4).join(', ')} rather than ${expected}`);
}

const hash = createHash('sha256');
for (const name of files) hash.update(name).update(readFileSync(join(out, name)));
conclude(
  problems,
  `${pages.size} pages, ${links} links, ${formulas} formulas, ${queries.length} queries; the heaviest page has ` +
    `${Math.round(heaviest / 1000)} kB; sha256 ${hash.digest('hex')}`,
);

/** A link to a line of a source file of this repository. */
function sourceProblems(name, target) {
  const [, path, line] = /\/blob\/main\/([^#]+)#L(\d+)$/.exec(target) ?? [];
  const file = path && join(root, path);
  if (!file || !existsSync(file)) return [`${name} links to the source ${target}, which is not there`];
  if (!lines.has(file)) lines.set(file, readFileSync(file, 'utf8').split('\n').length);
  return Number(line) <= lines.get(file)
    ? []
    : [`${name} links to the source ${target}, a line that is not there`];
}
