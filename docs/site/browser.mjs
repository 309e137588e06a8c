// The built site in Chromium: `npm run docs:page`. It is served below a sub-path of 127.0.0.1. No
// page may ask another host, fail to load a file or print an error; axe finds nothing wrong with
// landing, guide, reference and an open search, in both colours. The network of the landing page
// trains. The Run button of each program of the guides prints what the page shows; with `--all`
// that of every page of the site does. `--shots FOLDER` also writes pictures.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { startChromium } from '../../scripts/chromium.ts';
import { conclude, root } from '../../scripts/workspaces.mjs';

const { values } = parseArgs({
  options: { shots: { type: 'string' }, site: { type: 'string' }, all: { type: 'boolean' } },
});
const out = values.site ?? join(root, 'docs-out');
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};
const problems = [];
let [ran, pictures] = [0, 0];

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
  commands: 'documents/The_command_line.html',
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
      const where = `${name}, ${look}`;
      const page = await open(context, place, where);
      await page.waitForFunction(() => document.body.style.display !== 'none');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) problems.push(`${where} is ${wide} pixels wider than the window`);
      await judge(page, where);
      if (values.shots) await page.screenshot({ path: join(values.shots, `${name}-${look}.png`) });
      if (name === 'landing') {
        await page.fill('#find input', 'train my own images');
        await page.waitForSelector('#find a');
        const { x, width } = await page.locator('#found').boundingBox();
        if (x < 0 || x + width > options.viewport.width)
          problems.push(`the search, ${look}, goes from ${x} to ${x + width} of ${options.viewport.width}`);
        await judge(page, `search, ${look}`);
        if (values.shots) await page.screenshot({ path: join(values.shots, `search-${look}.png`) });
        await page.press('#find input', 'Enter');
        await page.waitForURL(/Digits/);
      }
      await page.close();
    }
    await context.close();
  }
  const context = await browser.newContext();
  const landing = await open(context, places.landing, 'landing, live');
  const live = await (await landing.waitForSelector('iframe.live')).contentFrame();
  await live.waitForFunction(() => Number(document.documentElement.dataset.step) >= 20, null, {
    timeout: 120_000,
  });
  await judge(landing, 'landing, live');
  if (values.shots) await landing.screenshot({ path: join(values.shots, 'landing-live.png') });
  await landing.close();
  for (const folder of values.all ? ['documents', 'functions', 'modules', 'variables'] : ['documents'])
    for (const file of readdirSync(join(out, folder)).sort()) await runPrograms(context, `${folder}/${file}`);
} finally {
  await browser.close();
  server.close();
}
conclude(
  problems,
  `${Object.keys(places).length} pages and the search in three looks: no violation, no other host; ${ran} programs print what the pages show, and draw their ${pictures} pictures`,
);

/** A new page of the site, which may ask no other host and load without an error. */
async function open(context, place, where) {
  const page = await context.newPage();
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
  return page;
}

/** What was printed, cut where the page cuts it, with the seconds that the page shows. */
function likeShown(got, shown) {
  const lines = shown.split('\n');
  const cut =
    lines.at(-1) === '…'
      ? `${got
          .split('\n')
          .slice(0, lines.length - 1)
          .join('\n')}\n…`
      : got;
  const times = shown.match(/"seconds":[\d.]+/g) ?? [];
  return cut.replace(/"seconds":[\d.]+/g, (own) => times.shift() ?? own);
}

/** Whether two texts differ in nothing but the last digits of numbers. */
function same(a, b) {
  const number = /-?\d+\.\d+(?:e[+-]?\d+)?/g;
  const [x, y] = [a, b].map((text) => (text.match(number) ?? []).map(Number));
  const near = x.every((value, i) => Math.abs(value - y[i]) <= 1e-5 * Math.abs(value) + 1e-6);
  const [rest, others] = [a, b].map((text) => text.replace(number, '0').replace(/\s+/g, ' '));
  return near && rest === others;
}

/** Click every Run button of a page. What is printed must be what the page shows. */
async function runPrograms(context, place) {
  if (!readFileSync(join(out, place), 'utf8').includes('data-run')) return;
  const page = await open(context, place, place);
  for (const example of await page.locator('.example:has(button)').all()) {
    const [button, printed] = [example.locator('button'), example.locator('.printed')];
    const shown = (await printed.textContent()).trim();
    const drawn = await pixelsOf(example);
    await button.click();
    await page.waitForFunction((one) => one.textContent === 'Run again', await button.elementHandle(), {
      timeout: 120_000,
    });
    const got = (await printed.textContent()).trim();
    const code = await example.evaluate(({ previousElementSibling }) => previousElementSibling.textContent);
    // What is done within a time depends on the machine.
    const good = /\bseconds: /.test(code)
      ? got !== '' && !got.includes('Error:')
      : same(likeShown(got, shown), shown || 'It ran, and prints nothing.');
    if (!good) problems.push(`${place} shows\n${shown}\nand its Run button prints\n${got.slice(0, 2000)}`);
    const again = await pixelsOf(example);
    const alike =
      drawn.length === again.length && drawn.every((picture, i) => alikePixels(picture, again[i]));
    if (!alike) problems.push(`${place}: the Run button draws other pictures than the page shows`);
    pictures += drawn.length;
    ran++;
  }
  if (values.shots && place === 'documents/Start.html')
    await page.screenshot({ path: join(values.shots, 'run.png'), fullPage: true });
  await page.close();
}

/** The pixels of the pictures of an example. */
function pixelsOf(example) {
  return example.locator('.drawn').evaluate((drawn) =>
    Promise.all(
      [...drawn.querySelectorAll('img')].map(async (image) => {
        await image.decode();
        const [width, height] = [image.naturalWidth, image.naturalHeight];
        const canvas = new OffscreenCanvas(width, height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        return [...canvas.getImageData(0, 0, width, height).data];
      }),
    ),
  );
}

/** Whether two pictures differ by less than half a level of 255 a pixel on average. */
function alikePixels(a, b) {
  const apart = a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);
  return a.length > 0 && a.length === b.length && apart < a.length / 2;
}

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
