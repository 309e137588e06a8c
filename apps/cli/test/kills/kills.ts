import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { loadCheckpoint } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import { iris } from '@iresnet/datasets';
import type { Request } from './child';
import { serveFile, type FileServer } from './fileServer';

/** What the kills of one command came to. */
export interface Outcome {
  readonly command: string;
  readonly kills: number;
  /** Kills that left something temporary, which the next run must remove. */
  readonly cut: number;
  readonly faults: readonly string[];
}

/** A command that writes below a folder. `{n}` stands for the number of its run. */
interface Victim {
  readonly args: readonly string[];
  /** A folder that is copied before each run, to one that is not there yet. */
  readonly copy?: readonly [string, string];
  /** What is run after a kill; by default the same command. */
  readonly again?: () => readonly (readonly string[])[];
}

type Start = (request: Request) => ReturnType<typeof spawn>;

const TEMPORARY = /\.(tmp|old)-\d+-[0-9a-f]{12}$|\.(tmp|part|incomplete|lock|break)$/;
const isTemporary = (path: string): boolean =>
  path.split('/').some((part) => TEMPORARY.test(part) || part === 'lock');

/** Every file below a folder, by its path. */
function filesBelow(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? [[path.slice(folder.length + 1), readFileSync(path)]] : [];
    }),
  );
}

/** What is the same in every whole run: not the number of a run, nor files that hold times. */
const keyOf = (path: string): string => path.replace(/^(\d+|(out|file)-\d+)/, '*');
const VARIES = /(^|\/)(state\/.*|best\/.*|metrics\.jsonl|run\.json|lock)$/;

/**
 * Kill each command that writes so many times, each at a random moment of its work, and run it
 * again. A reader must find whole files alone, and after the next run nothing is left beside them.
 *
 * @param home - An empty folder.
 * @param only - Names of commands; all without it.
 * @param tell - Called after each command.
 */
export async function killAll(
  home: string,
  kills: number,
  only?: readonly string[],
  tell: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> {
  const start = await childOf(home);
  const server = await serveFile();
  const wanted = (command: string): boolean => !only || only.includes(command);
  const paths = { ...(await prepared(home, start, wanted)), server };
  const random = createRng(1);
  const outcomes: Outcome[] = [];
  for (const [command, make] of Object.entries(victims)) {
    if (!wanted(command)) continue;
    const folder = join(home, 'work');
    const victim = await make(folder, paths);
    const { args, copy, again = () => [args] } = victim;
    mkdirSync(folder);
    await succeed(start, { args, copy });
    const expected = new Map([...filesBelow(folder)].map(([path, bytes]) => [keyOf(path), bytes]));
    // A run that goes on keeps the files of before until it has new ones.
    const before = new Map(
      copy ? [...filesBelow(copy[0])].map(([path, bytes]) => [keyOf(`0/${path}`), bytes]) : [],
    );
    const isWhole = (path: string, bytes: Buffer): boolean =>
      [expected, before].some((files) => files.get(keyOf(path))?.equals(bytes));
    const faults: string[] = [];
    let cut = 0;
    const check = async (when: string): Promise<void> => {
      for (const [path, bytes] of filesBelow(folder)) {
        if (isTemporary(path) || VARIES.test(path)) continue;
        // It says when and how long a run was trained.
        if (path.endsWith('report.html') && bytes.toString().trimEnd().endsWith('</html>')) continue;
        if (!isWhole(path, bytes)) faults.push(`${when}: ${path} is not whole`);
      }
      const manifests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (path) => basename(path) === 'manifest.json' && !isTemporary(path),
      );
      for (const path of manifests)
        await loadCheckpoint(join(folder, path, '..')).catch((error: unknown) =>
          faults.push(`${when}: ${String(error)}`),
        );
    };
    for (let kill = 1; kill <= kills; kill++) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const child = start({ args, copy, loop: true });
      const closed = once(child, 'close');
      const [milliseconds] = (await once(child, 'message')) as [number];
      await sleep(random.next() * milliseconds * 1.5);
      child.kill('SIGKILL');
      await closed;
      if (readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) => isTemporary(path))) cut++;
      await check(`kill ${kill}`);
      for (const next of again()) await succeed(start, { args: next }).catch((error: unknown) => faults.push(`kill ${kill}: ${String(error)}`)); // prettier-ignore
      await check(`after kill ${kill}`);
      const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isTemporary);
      faults.push(...left.map((path) => `after kill ${kill}: ${path} is left`));
    }
    rmSync(folder, { recursive: true });
    outcomes.push({ command, kills, cut, faults });
    tell(outcomes.at(-1)!);
  }
  server.close();
  return outcomes;
}

/** The command line as one file, which starts several times as fast as the sources. */
async function childOf(home: string): Promise<Start> {
  // Where Node finds TensorFlow.js.
  const script = fileURLToPath(new URL('../../node_modules/.cache/kills/child.mjs', import.meta.url));
  const require = `import { createRequire as createRequireOfNode } from 'node:module'; const require = createRequireOfNode(${JSON.stringify(import.meta.url)});`;
  await build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@iresnet/source'],
    external: ['@tensorflow/*'],
    banner: { js: require },
    logLevel: 'error',
  });
  const env = { ...process.env, IRESNET_SAVE_SECONDS: '0', NODE_OPTIONS: '' };
  return (request) =>
    spawn(process.execPath, [script, JSON.stringify(request)], {
      cwd: home,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
}

async function succeed(start: Start, request: Request): Promise<void> {
  const [code] = (await once(start(request), 'close')) as [number | null];
  if (code !== 0) throw new Error(`iresnet ${request.args.join(' ')} ended with ${String(code)}`);
}

const cpu = ['--backend', 'cpu', '-q'];
const tiny = ['--blocks', '1', '--steps', '5', ...cpu];
/** Four columns: the density of two would be drawn as a map, which takes most of a run. */
const table = ['train', '--dataset', 'iris', '--hidden', '4', ...tiny];

/** The runs and files that the commands work on. */
interface Prepared {
  readonly table: string;
  readonly digits: string;
  readonly begun: string;
  readonly rows: string;
  readonly official: string;
  readonly server: FileServer;
}

async function prepared(
  home: string,
  start: Start,
  wanted: (command: string) => boolean,
): Promise<Omit<Prepared, 'server'>> {
  const paths = {
    table: join(home, 'table/001-iris'),
    digits: join(home, 'digits/001-digits-density'),
    begun: join(home, 'begun/001-iris'),
    rows: join(home, 'rows.csv'),
    official: join(home, 'official.safetensors'),
  };
  const ownData = ['datasets show', 'datasets download', 'sample png', 'import', 'train', 'resume'];
  if (Object.keys(victims).some((command) => wanted(command) && !ownData.includes(command)))
    await succeed(start, { args: [...table, '--out', join(home, 'table')] });
  if (wanted('resume')) await interrupted(start, paths.begun);
  const images = ['--dataset', 'digits', '--task', 'density', '--channels', '2'];
  if (wanted('sample png'))
    await succeed(start, { args: ['train', ...images, ...tiny, '--out', join(home, 'digits')] });
  const { columns } = iris();
  const rows = Array.from({ length: 3000 }, (_, i) => columns.map((_, j) => 1 + ((i * (j + 7)) % 50) / 10));
  writeFileSync(paths.rows, `${[columns, ...rows].join('\n')}\n`);
  const golden = new URL('../../../golden/test/fixtures/C2_classifier_injpad.safetensors', import.meta.url);
  const { tensors } = parseSafetensors(readFileSync(golden));
  const state = [...tensors].flatMap(([name, tensor]) =>
    name.startsWith('state.') ? [[name.slice(6), tensor] as const] : [],
  );
  writeFileSync(paths.official, toSafetensors(new Map(state)));
  return paths;
}

/** Make a run that a signal stopped after some of its steps. */
async function interrupted(start: Start, run: string): Promise<void> {
  const child = start({ args: [...table, '--steps', '400', '--out', join(run, '..')] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  while (child.exitCode === null && !existsSync(join(run, 'state/manifest.json'))) await sleep(2);
  child.kill('SIGTERM');
  const [code] = await closed;
  if (code !== 143) throw new Error(`expected a run that is stopped, got one that ended with ${code}`);
}

/**
 * Resume what is not finished in each run folder. One that was killed before its first save has
 * nothing to go on from.
 */
function resumes(folder: string): readonly (readonly string[])[] {
  const runs = readdirSync(folder).map((name) => join(folder, name));
  const saved = runs.filter((run) => readdirSync(run).some((name) => /^state($|\.)/.test(name)));
  for (const run of runs) if (!saved.includes(run) && !existsSync(join(run, 'results.json'))) rmSync(run, { recursive: true }); // prettier-ignore
  return saved.map((run) => ['train', '--resume', run, ...cpu]);
}

type Make = (folder: string, paths: Prepared) => Victim | Promise<Victim>;
const writing =
  (args: (paths: Prepared) => readonly string[], out: string): Make =>
  (folder, paths) => ({ args: [...args(paths), '--out', join(folder, out)] });

const victims: Readonly<Record<string, Make>> = {
  'score csv': writing(({ table, rows }) => ['score', table, '--data', rows, ...cpu], 'scores.csv'),
  'score npy': writing(({ table, rows }) => ['score', table, '--data', rows, ...cpu], 'scores.npy'),
  'sample csv': writing(({ table }) => ['sample', table, '-n', '3000', ...cpu], 'rows.csv'),
  'sample png': writing(({ digits }) => ['sample', digits, '-n', '8', ...cpu], 'pictures/'),
  reconstruct: writing(({ table, rows }) => ['reconstruct', table, '--data', rows, '-n', '300', ...cpu], 'back.csv'), // prettier-ignore
  interpolate: writing(({ table }) => ['interpolate', table, '--steps', '500', ...cpu], 'path.csv'),
  'datasets show': writing(() => ['datasets', 'show', 'digits', '-q'], 'digits.png'),
  report: (folder, { table }) => ({
    args: ['report', join(folder, '{n}'), ...cpu],
    copy: [table, join(folder, '{n}')],
    again: () => readdirSync(folder).map((name) => ['report', join(folder, name), ...cpu]),
  }),
  import: (folder, { official }) => {
    const args = (out: string) => ['import', official, '--shape', '12,12,3', '--out', join(folder, out), ...cpu]; // prettier-ignore
    const cutOff = () => readdirSync(folder).flatMap((name) => /^(out-\d+)\.tmp-/.exec(name)?.[1] ?? []);
    return { args: args('out-{n}'), again: () => cutOff().map(args) };
  },
  'datasets download': (folder, { server: { url, sha256 } }) => {
    const args = (file: string) => ['fetch', url, join(folder, file), sha256];
    const begun = () => new Set(readdirSync(folder).map((name) => /^file-\d+/.exec(name)![0]));
    return { args: args('file-{n}'), again: () => [...begun()].map(args) };
  },
  train: (folder) => ({
    args: [...table, '--out', folder],
    again: () => resumes(folder),
  }),
  resume: (folder, { begun }) => ({
    args: ['train', '--resume', join(folder, '{n}'), ...cpu],
    copy: [begun, join(folder, '{n}')],
    again: () => resumes(folder),
  }),
};
