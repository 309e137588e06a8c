// The programs of the site: it finds them in the pages, runs them for what they print, and makes of
// each that a page can run a module that the Run button loads. docs/site/worker.mjs runs it there.
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
 * `{ id, printed, runs }`; undefined for a fragment.
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
  return (code) => {
    const program = programs.get(textOf(code));
    return program && { ...program, printed: printable(outputs[program.id] ?? '') };
  };
}

/** A page with what each program prints, and a Run button where a page can run it. */
export function withExamples(html, base, exampleOf) {
  return html.replaceAll(block, (pre, code) => {
    const { id, printed, runs } = exampleOf(code) ?? {};
    if (!id) return pre;
    const button = runs
      ? `<button type="button" data-run="${base}assets/run/${id}.js" hidden>Run</button>`
      : '';
    const shown = escape(printed);
    const prints = `<pre class="printed" role="log" tabindex="0" aria-label="What it prints"${printed ? '' : ' hidden'}>${shown}</pre>`;
    return `${pre}<div class="example">${button}${prints}</div>`;
  });
}

/** A program as a module without types, with its imports. */
async function programOf(text) {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw });
  const imports = ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName);
  // A worker runs it, which has no DOM for the plots of a report.
  const runs = !imports.some((name) =>
    /^node:|^@iresnet\/.+\/(node|run)$|^@iresnet\/(backend|report)$|-wasm$/.test(name),
  );
  return { id: createHash('sha256').update(text).digest('hex').slice(0, 12), code, imports, runs };
}

/** What each program prints, by id. Two processes share them. */
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
  return Object.fromEntries(printed.flat().map(([name, text]) => [name.replace('.mjs', ''), text]));
}

/** The modules of the programs, and the packages that they import, bundled with shared parts. */
async function writeModules(programs, out) {
  const specifiers = [...new Set(programs.flatMap(({ imports }) => imports))].sort();
  const nameOf = (specifier) => specifier.replace(/\W+/g, '_');
  const worker = { in: join(import.meta.dirname, 'worker.mjs'), out: 'worker' };
  await build({
    absWorkingDir: root,
    entryPoints: [worker, ...specifiers.map((specifier) => ({ in: specifier, out: nameOf(specifier) }))],
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
