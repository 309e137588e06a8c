// The programs of the site: it finds them in the pages, runs them for what they print and draw, and
// makes of each that a page can run a module for the Run button, which docs/site/worker.mjs runs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';
import ts from 'typescript';
import { root } from '../../scripts/workspaces.mjs';
import { decode, escape } from './html.mjs';

const block = /<pre><code class="ts">(.*?)<\/code>.*?<\/pre>/gs;
const folder = join(root, 'docs/examples');
/**
 * The programs of the guides. Other code of a guide is a fragment, or needs a file of the reader.
 */
const files = new Map(
  readdirSync(folder).map((name) => [readFileSync(join(folder, name), 'utf8').trim(), name]),
);

/**
 * Run the programs of the pages and write their modules below `assets/run`.
 *
 * @returns a function from a program, as text, to what the page shows of it:
 * `{ id, printed, pictures, runs }`; undefined for a fragment.
 */
export async function readyExamples(pages, out) {
  const programs = new Map();
  for (const { url, html } of pages)
    for (const [, code] of html.matchAll(block)) {
      const text = textOf(code);
      const guide = url.startsWith('documents/') || url === 'index.html';
      if (guide ? files.has(text) : /^import /m.test(text)) programs.set(text, await programOf(text));
    }
  const lost = [...files].filter(([text]) => !programs.has(text)).map(([, name]) => name);
  if (lost.length > 0) throw new Error(`no page shows ${lost.join(', ')} of docs/examples`);
  const all = [...programs.values()];
  const outputs = await runAll(all.filter(({ imports }) => !imports.includes('@iresnet/backend'))); // it is about one machine
  await writeModules(
    all.filter(({ runs }) => runs),
    out,
  );
  for (const [id, { pictures }] of Object.entries(outputs))
    for (const { name, base64 } of pictures)
      writeFileSync(join(out, 'assets/run', `${id}-${name}`), base64, 'base64');
  return (code) => {
    const program = programs.get(textOf(code));
    const { text = '', pictures = [] } = outputs[program?.id] ?? {};
    return program && { ...program, printed: printable(text), pictures: pictures.map(({ name }) => name) };
  };
}

/** A page with what each program prints and draws, and a Run button where a page can run it. */
export function withExamples(html, base, exampleOf) {
  return html.replaceAll(block, (pre, code) => {
    const { id, printed, pictures, runs } = exampleOf(code) ?? {};
    if (!id) return pre;
    const button = runs
      ? `<button type="button" data-run="${base}assets/run/${id}.js" hidden>Run</button>`
      : '';
    const shown = escape(printed);
    const prints = `<pre class="printed" role="log" tabindex="0" aria-label="What it prints"${printed ? '' : ' hidden'}>${shown}</pre>`;
    const drawn = pictures.map(
      (name) => `<img src="${base}assets/run/${id}-${name}" alt="${name}, which it writes"/>`,
    );
    return `${pre}<div class="example">${button}${prints}<div class="drawn">${drawn.join('')}</div></div>`;
  });
}

/** A program as a module without types, with its imports. */
async function programOf(text) {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw });
  const imports = ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName);
  // A worker runs it, which has no DOM for the plots of a report, and of files pictures alone.
  const sole = /^import \{ (?:writeFileSync|contactSheet) \} from "(node:fs|@iresnet\/report)";$/gm;
  const given = new Set([...code.matchAll(sole)].map(([, name]) => name));
  const elsewhere = /^node:|^@iresnet\/.+\/(node|run)$|^@iresnet\/(backend|report)$|-wasm$/;
  const runs = !imports.some((name) => elsewhere.test(name) && !given.has(name));
  return { id: createHash('sha256').update(text).digest('hex').slice(0, 12), code, imports, runs };
}

/** What each program prints and draws, by id. Two processes share them. */
async function runAll(programs) {
  const home = join(root, 'node_modules/.cache');
  mkdirSync(home, { recursive: true });
  const shares = [0, 1].map((share) => programs.filter((_, i) => i % 2 === share));
  const printed = await Promise.all(
    shares.map(async (share) => {
      const [modules, work] = [home, tmpdir()].map((place) => mkdtempSync(join(place, 'examples-')));
      try {
        for (const { id, code } of share) writeFileSync(join(modules, `${id}.mjs`), code);
        const options = ['--conditions=@iresnet/source', '--import', import.meta.resolve('tsx')];
        const script = join(import.meta.dirname, 'outputs.mjs');
        await promisify(execFile)(process.execPath, [...options, script, modules], { cwd: work });
        return Object.entries(JSON.parse(readFileSync(join(modules, 'outputs.json'), 'utf8')));
      } finally {
        for (const made of [modules, work]) rmSync(made, { recursive: true, force: true });
      }
    }),
  );
  return Object.fromEntries(printed.flat().map(([name, output]) => [name.replace('.mjs', ''), output]));
}

/** The modules of the programs, and the packages that they import, bundled with shared parts. */
async function writeModules(programs, out) {
  const specifiers = [...new Set(programs.flatMap(({ imports }) => imports))].sort();
  const nameOf = (specifier) => specifier.replace(/\W+/g, '_');
  const own = (name) => join(import.meta.dirname, name);
  const sourceOf = (specifier) => (specifier === 'node:fs' ? own('files.mjs') : specifier);
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: own('worker.mjs'), out: 'worker' },
      ...specifiers.map((specifier) => ({ in: sourceOf(specifier), out: nameOf(specifier) })),
    ],
    outdir: join(out, 'assets/run'),
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@iresnet/source'],
    alias: { '@iresnet/core/gradients': join(root, 'packages/core/src/gradients.ts') }, // as it is published
    logLevel: 'error',
  });
  for (const kind of ['', '-simd']) {
    const binary = `tfjs-backend-wasm${kind}.wasm`;
    cpSync(
      join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', binary),
      join(out, 'assets/run', binary),
    );
  }
  for (const { id, code } of programs) {
    const module = code.replace(
      /^((?:import|\} from|import .* from) )"([^"]+)";$/gm,
      (_, start, specifier) => `${start}"./${nameOf(specifier)}.js";`,
    );
    writeFileSync(join(out, 'assets/run', `${id}.js`), module);
  }
}

/**
 * What a page shows of an output: nothing if it names a place of this machine, and no more than 60
 * lines.
 */
function printable(text) {
  if (text.includes(tmpdir()) || text.includes(homedir())) return '';
  const lines = text.trimEnd().split('\n');
  const short = lines.length > 60 ? [...lines.slice(0, 60), '…'] : lines;
  return short.map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line)).join('\n');
}

/** The text of a highlighted program. */
function textOf(html) {
  return decode(html.replace(/<br\/?>/g, '\n').replace(/<[^>]+>/g, '')).trim();
}
