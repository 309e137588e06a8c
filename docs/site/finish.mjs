// The second half of `npm run docs`, on the pages that typedoc wrote: formulas, links,
// descriptions, the examples, the search, the playground, llms.txt.
// `node docs/site/finish.mjs [FOLDER]`, docs-out by default.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import katex from 'katex';
import MiniSearch from 'minisearch';
import { project, repositoryUrl, root, workspaces } from '../../scripts/workspaces.mjs';
import { readyExamples, withExamples } from './examples.mjs';
import { between, decode, escape, plain, shortened } from './html.mjs';
import { indexOptions } from './search.mjs';
import { sizesOf } from './sizes.mjs';

const out = process.argv[2] ?? join(root, 'docs-out');
const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(out, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.html') && !name.startsWith('playground/'))
  .sort();
const pages = names.map((url) => ({ url, html: readFileSync(join(out, url), 'utf8') }));
const libraries = workspaces().filter(({ library }) => library);

/** The page of each exported name that only one package has, and of each package. */
const exported = new Map();
for (const { url } of pages) {
  const [, group, name] = /^(functions|variables|interfaces|types|classes)\/.*\.(\w+)\.html$/.exec(url) ?? [];
  if (group) exported.set(name, exported.has(name) ? undefined : url);
}
for (const { manifest } of libraries)
  exported.set(manifest.name, `modules/${manifest.name.replace(/[@/]/g, '_')}.html`);

/** The field of the search. Its list is filled by the script. */
const searchBox = [
  '<div id="find" role="search">',
  '<input type="search" role="combobox" aria-label="Search guides and reference" aria-controls="found" aria-expanded="false"',
  ' aria-autocomplete="list" autocomplete="off" placeholder="Search ( / )"/>',
  '<div id="found" role="listbox" aria-label="Pages found" hidden></div><div role="status"></div></div>',
].join('');

/** Words that a reader may look for and that a guide does not say, by its title. */
const keywords = new Map(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(root, 'docs', name), 'utf8'))
    .map((text) => [/^title: (.*)$/m.exec(text)?.[1], /^keywords: (.*)$/m.exec(text)?.[1] ?? '']),
);

const formulas = readFormulas(readFileSync(join(here, '../formulas.md'), 'utf8'));
const strange = [...formulas.keys()].filter((name) => !exported.has(name));
if (strange.length > 0)
  throw new Error(`docs/formulas.md names ${strange.join(', ')}, which no package exports`);

const exampleOf = await readyExamples(pages, out);
const sizes = await sizesOf(libraries.map(({ manifest }) => manifest.name));
const entries = [];
const plainFormulas = [];
for (const page of pages) {
  const { url } = page;
  const base = url.includes('/') ? '../' : './';
  const main = between(page.html, '<div class="col-content">', '<div class="page-menu">') || page.html;
  const title = /<title>(.*?)(?: \| iresnet)?<\/title>/.exec(page.html)[1];
  const text = plain(main.replace(/<pre>.*?<\/pre>/gs, ' '));
  const firstParagraph = plain(/<p>(.*?)<\/p>/s.exec(main)?.[1] ?? '');
  const kind = /<h1>(Interface|Type Alias|Function|Variable|Class|Module) /.exec(main)?.[1];
  const description =
    firstParagraph.length > 12 ? firstParagraph : kind ? `${kind} ${title}` : `${title}: ${text}`;
  if (!formulas.has(title) && url.startsWith('functions/') && /[Σ‖√∂∫⌊ᵀ]|⁻¹|log\|/.test(firstParagraph))
    plainFormulas.push(title);
  page.title = decode(title);
  page.description = shortened(description, 160);
  page.html = finished(page, base, main);
  writeFileSync(join(out, url), page.html);
  entries.push(...entriesOf(page, main));
}

if (plainFormulas.length > 0)
  throw new Error(`docs/formulas.md lacks ${plainFormulas.join(', ')}, which state a formula as text`);
writeIndex(entries);
await build({
  entryPoints: [join(here, 'client.mjs')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  outfile: join(out, 'assets/find.js'),
  logLevel: 'warning',
});
for (const name of ['style', 'highlight', 'custom']) {
  const path = join(out, `assets/${name}.css`);
  const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true });
  writeFileSync(path, code);
}
rmSync(join(out, 'assets/search.js'), { force: true });
const playground = join(root, 'apps/playground/dist');
if (existsSync(playground)) cpSync(playground, join(out, 'playground'), { recursive: true });
else throw new Error('expected the playground in apps/playground/dist: run `npm run playground:build`');
const tools = '<div class="head-tools">';
for (const name of ['index', 'tour', 'bench']) {
  const page = join(out, `playground/${name}.html`);
  const html = readFileSync(page, 'utf8');
  if (!html.includes(tools)) throw new Error(`${page}: expected ${tools}, which gets the link to the docs`);
  writeFileSync(
    page,
    html.replace(tools, `${tools}\n        <a class="quiet" href="../index.html">Docs</a>`),
  );
}
writeLlms();
console.log(`${pages.length} pages, ${entries.length} entries of the search, ${formulas.size} formulas`);

/** One page with everything that typedoc does not do. */
function finished({ url, html, description }, base, main) {
  let body = withSources(main.replaceAll(`href="${project.homepage}`, `href="${base}`), url);
  body = withExamples(body, base, exampleOf);
  // On the page of the command line `train` is a command, and `sin` a value of a flag.
  const names = url.startsWith('documents/') && url !== 'documents/The_command_line.html';
  body = withLinks(body, base, names || url === 'index.html');
  if (url === 'index.html')
    body = body.replace(/<div class="tsd-page-title">\s*<h1>iresnet<\/h1><\/div>/, '');
  const name = /^functions\/.*\.(\w+)\.html$/.exec(url)?.[1];
  const after = formulas.get(name) ?? packageFacts(url) ?? '';
  body = body.replace(/(<div class="tsd-page-title">.*?<\/h1><\/div>)/s, (head) => head + after);
  return accessible(lighter(html.replace(main, () => body)))
    .replaceAll(`href="${project.homepage}`, `href="${base}`)
    .replaceAll(/href="((?:\.\.\/)?hierarchy\.html)#[^"]*"/g, 'href="$1"') // its script makes the places
    .replaceAll(/href="(\.\.?\/playground\/)"/g, 'href="$1index.html"')
    .replace(
      /<meta name="description" content="[^"]*"\/>/,
      () => `<meta name="description" content="${escape(description)}"/>`,
    )
    .replace(
      /<script async src="[^"]*search\.js" id="tsd-search-script"><\/script>/,
      () => '<script id="tsd-search-script"></script>',
    )
    .replace('</head>', () => `<script defer src="${base}assets/find.js"></script></head>`)
    .replace('<button id="tsd-search-trigger"', (button) => `${searchBox}${button} hidden`);
}

/**
 * Text with its arXiv numbers as links and, in a guide, the names of exports too. Nothing changes
 * inside links and programs.
 */
function withLinks(html, base, guide) {
  const parts = html.split(/(<[^>]+>)/);
  let inside = 0;
  return parts
    .map((part, i) => {
      if (i % 2 === 1) {
        const [, close, tag] = /^<(\/?)(a|pre|code|script|h1|annotation)\b/.exec(part) ?? [];
        if (tag === 'code' && guide) return part;
        if (tag) inside += close ? -1 : 1;
        return part;
      }
      if (inside > 0) return part;
      if (guide && parts[i - 1] === '<code>') {
        const target = exported.get(/^(@iresnet\/[\w-]+|\w+)(\(.*\))?$/s.exec(part)?.[1]);
        if (target) return `<a href="${base}${target}">${part}</a>`;
      }
      return part.replace(
        /arXiv[:\s]\s*(\d{4}\.\d{4,5})/g,
        (text, number) => `<a href="https://arxiv.org/abs/${number}" class="external">${text}</a>`,
      );
    })
    .join('');
}

/** Landmarks and levels of headings that the theme leaves out. */
function accessible(html) {
  return html
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace(
      '<div class="page-menu">',
      '<div class="page-menu" role="navigation" aria-label="On this page, and settings">',
    )
    .replace('<nav id="tsd-sidebar-links"', '<nav id="tsd-sidebar-links" aria-label="Elsewhere"')
    .replace('<nav class="tsd-navigation"', '<nav aria-label="Guides and packages" class="tsd-navigation"')
    .replaceAll('<h3>Settings</h3>', '<h3 aria-level="2">Settings</h3>')
    .replaceAll(/<h4\b/g, '<h4 aria-level="2"')
    .replaceAll(/<h5\b/g, '<h5 aria-level="3"')
    .replaceAll(
      /(<summary\b(?:(?!<\/summary>).)*?)<a href="#[^"]*" aria-label="Permalink"(?:(?!<\/a>).)*<\/a>/gs,
      '$1',
    );
}

/** Typedoc knows the place of a source in its package; a link needs that in the repository. */
function withSources(html, url) {
  const name = /^\w+\/_iresnet_([\w-]+)/.exec(url)?.[1];
  if (!name) return html;
  const blob = `${repositoryUrl}/blob/main/`;
  return html.replace(new RegExp(`<a href="${blob}([^"#]+)([^>]*>)(.*?)</a>`, 'g'), (_, path, rest, text) =>
    // What comes from a dependency has no place here.
    path.includes('node_modules/')
      ? text
      : `<a href="${blob}${posix.join('packages', name, 'src', path)}${rest}${text}</a>`,
  );
}

/** On the page of a package: how to install it, and what comes with it. */
function packageFacts(url) {
  const found = libraries.find(({ manifest }) => exported.get(manifest.name) === url);
  if (!found) return undefined;
  const readme = readFileSync(join(found.dir, 'README.md'), 'utf8');
  const install = /^npm install .*$/m.exec(readme)[0];
  const own = Object.keys(found.manifest.dependencies ?? {});
  const needs = own.map((name) =>
    exported.has(name)
      ? `<a href="../${exported.get(name)}"><code>${name}</code></a>`
      : `<code>${name}</code>`,
  );
  const brings = needs.length > 0 ? `It brings ${needs.join(', ')}.` : 'It brings no other package.';
  const size = `All of its exports are ${sizes.get(found.manifest.name)} kB for a page, compressed and without TensorFlow.js; a bundler leaves out what you do not use.`;
  return `<div class="install tsd-typography"><pre><code class="sh">${escape(install)}</code></pre><p>${brings} ${size}</p></div>`;
}

/**
 * MathML without what HTML does not ask for: the namespace, the source in TeX, and marks that are
 * the default.
 */
function lighter(html) {
  return html
    .replaceAll(' xmlns="http://www.w3.org/1998/Math/MathML"', '')
    .replace(/<annotation encoding="application\/x-tex">.*?<\/annotation>/gs, '')
    .replace(/<\/?semantics>| separator="true"/g, '');
}

/** The formulas of docs/formulas.md as MathML, by the name of the export. */
function readFormulas(markdown) {
  const found = new Map();
  for (const [, heading, tex] of markdown.matchAll(/^### (.+)\n+\$\$([\s\S]+?)\$\$/gm)) {
    const math = katex.renderToString(tex.trim(), {
      output: 'mathml',
      displayMode: true,
      throwOnError: true,
    });
    for (const name of heading.split(', ')) found.set(name, `<div class="formula">${math}</div>`);
  }
  return found;
}

/** What the search knows of a page: a guide has an entry for each part, an export one. */
function entriesOf({ url, title, description }, main) {
  if (['index.html', 'modules.html', 'hierarchy.html'].includes(url)) return [];
  if (!url.startsWith('documents/')) {
    const place = url.startsWith('modules/')
      ? 'package'
      : /modules\/(?:_iresnet_)([^."]+)\.html/.exec(main)?.[1];
    const [, entry] = /^modules\/_iresnet_[\w-]+\.(\w+)\.html$/.exec(url) ?? [];
    if (entry === 'index') return []; // the page of the package stands for it
    const of = place === 'package' || !place ? '@iresnet' : `@iresnet/${place}`;
    return [
      {
        title,
        keywords: '',
        place: `${of} · ${description}`,
        text: plain(main.replace(/<pre>.*?<\/pre>/gs, ' ')),
        url,
      },
    ];
  }
  const [opening, ...parts] = main.split(/(?=<h2 )/);
  const whole = {
    title,
    keywords: keywords.get(decode(title)) ?? '',
    place: description,
    text: plain(opening),
    url,
  };
  return [
    whole,
    ...parts.map((part) => {
      const [, id, heading] = /^<h2 id="([^"]+)"[^>]*>(.*?)<a /s.exec(part) ?? [];
      return {
        title,
        keywords: plain(heading ?? ''),
        place: `Guide · ${plain(heading ?? '')}`,
        text: plain(part),
        url: `${url}#${id}`,
      };
    }),
  ];
}

function writeIndex(all) {
  const index = new MiniSearch(indexOptions);
  index.addAll(all.map((entry, id) => ({ id, ...entry })));
  const json = JSON.stringify(JSON.stringify(index));
  mkdirSync(join(out, 'assets'), { recursive: true });
  writeFileSync(join(out, 'assets/find-index.js'), `window.findIndex=${json};\n`);
}

/** For programs that read: a list of the pages, and the guides as one text. */
function writeLlms() {
  const codeOf = (path) => `\`\`\`ts\n${readFileSync(join(root, 'docs', path), 'utf8')}\`\`\``;
  const line = ({ url, title, description }) => `- [${title}](${project.homepage}${url}): ${description}`;
  const of = (folder) => pages.filter(({ url }) => url.startsWith(folder)).map(line);
  const text = [
    '# iresnet',
    `> ${project.description}. Every network that it makes can be proven to be invertible.`,
    `The guides as one text: ${project.homepage}llms-full.txt`,
    '## Guides',
    of('documents/').join('\n'),
    '## Packages',
    of('modules/').join('\n'),
    '## Functions',
    of('functions/').join('\n'),
  ];
  writeFileSync(join(out, 'llms.txt'), `${text.join('\n\n')}\n`);
  const guides = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => readFileSync(join(root, 'docs', name), 'utf8').replace(/^---\n.*?\n---\n/s, ''))
    .map((guide) => guide.replace(/\{@includeCode (\S+)\}/g, (_, path) => codeOf(path)));
  writeFileSync(join(out, 'llms-full.txt'), guides.join('\n\n'));
}
