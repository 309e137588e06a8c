// The built site in Chromium: `npm run docs:page`. It is served below a sub-path of 127.0.0.1. No page may ask another host, fail
// to load a file or print an error; axe finds nothing wrong with landing, guide, reference and an open search, in both colours.
// `--shots FOLDER` also writes pictures of them.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { startChromium } from '../../scripts/chromium.ts';
import { conclude, root } from '../../scripts/workspaces.mjs';

const { values } = parseArgs({ options: { shots: { type: 'string' }, site: { type: 'string' } } });
const out = values.site ?? join(root, 'docs-out');
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const problems = [];

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://host').pathname));
  try {
    if (!path.startsWith('/below/here/')) throw new Error('outside');
    const body = readFileSync(join(out, path.slice('/below/here/'.length) || 'index.html'));
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const places = {
  landing: 'index.html',
  guide: 'documents/Concepts.Residual_flows_on_one_page.html',
  choose: 'documents/Choose.html',
  formula: 'functions/_iresnet_logdet.powerSeries.html',
  package: 'modules/_iresnet_logdet.html',
};
const browser = await startChromium();
try {
  for (const [look, options] of Object.entries({
    desktop: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
    phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light' },
    dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  })) {
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
    for (const [name, place] of Object.entries(places)) {
      const page = await context.newPage();
      const where = `${name}, ${look}`;
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(`${origin}/below/here/`) && !/^(data|blob):/.test(url))
          problems.push(`${where} asks for ${url}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400 && !response.url().endsWith('/favicon.ico'))
          problems.push(`${where}: ${response.url()} answers ${response.status()}`);
      });
      page.on('pageerror', (error) => problems.push(`${where}: ${error.message}`));
      await page.goto(`${origin}/below/here/${place}`, { waitUntil: 'load' });
      await page.waitForFunction(() => document.body.style.display !== 'none');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) problems.push(`${where} is ${wide} pixels wider than the window`);
      await judge(page, where);
      if (values.shots) await page.screenshot({ path: join(values.shots, `${name}-${look}.png`) });
      if (name === 'landing') {
        await page.fill('#find input', 'train my own images');
        await page.waitForSelector('#find a');
        await judge(page, `search, ${look}`);
        if (values.shots) await page.screenshot({ path: join(values.shots, `search-${look}.png`) });
        await page.press('#find input', 'Enter');
        await page.waitForURL(/Digits/);
      }
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
conclude(
  problems,
  `${Object.keys(places).length} pages and the search in three looks: no violation, no other host`,
);

/** What axe finds wrong with a page. */
async function judge(page, where) {
  await page.evaluate(axe);
  // The sidebar of the theme opens a part and links to its page in one line; both work by keyboard.
  const { violations } = await page.evaluate(async () => {
    const found = await globalThis.axe.run();
    for (const violation of found.violations)
      if (violation.id === 'nested-interactive')
        violation.nodes = violation.nodes.filter(
          ({ html }) => !html.startsWith('<summary class="tsd-accordion-summary" data-key='),
        );
    return { violations: found.violations.filter(({ nodes }) => nodes.length > 0) };
  });
  for (const { id, help, nodes } of violations)
    problems.push(
      `${where}: ${id}, ${help}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 150))
        .join(' | ')}`,
    );
}
