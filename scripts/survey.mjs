/**
 * Train a small model on every data file of a folder, and on tables as pandas, R and Excel write
 * them, and say of each in one line whether it trained or why not.
 *
 *   node scripts/survey.mjs              the files of the npm package vega-datasets, fetched first
 *   node scripts/survey.mjs folder/      those of a folder
 *   node scripts/survey.mjs --budget 20s as long as that for each, in place of 5 steps
 *
 * A file that is refused with a flag to give is tried once more with that flag.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conventions } from './conventions.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--budget');
const effort = at < 0 ? ['--steps', '5'] : args.splice(at, 2);
const home = mkdtempSync(join(tmpdir(), 'survey-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

/** Files that are no table: pictures, and maps. */
const others = new Set(['.png', '.jpg', '.gif', '.svg', '.geojson', '.topojson', '.webp', '.pdf']);

function vegaFolder() {
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'vega-datasets@3.2.1'], {
    cwd: home,
    stdio: 'ignore',
  });
  return join(home, 'node_modules/vega-datasets/data');
}

const folder = args[0] === undefined ? vegaFolder() : resolve(args[0]);
const own = join(home, 'conventions');
mkdirSync(own);
for (const [name, content] of conventions()) writeFileSync(join(own, name), content);

const counts = { files: 0, trained: 0, withFlag: 0, refused: 0, failed: 0 };
for (const dir of [folder, own]) {
  for (const name of readdirSync(dir).sort()) {
    if (others.has(extname(name).toLowerCase())) continue;
    counts.files++;
    const file = join(dir, name);
    let result = train(file, []);
    const flags = flagsIn(result.line);
    if (result.code !== 0 && flags.length > 0) {
      const again = train(file, flags);
      if (again.code === 0) counts.withFlag++;
      result = { ...again, line: `${again.code === 0 ? `with ${flags.join(' ')}: ` : ''}${again.line}` };
    }
    if (result.code === 0) counts.trained++;
    else if (result.code === 2 || result.code === 3) counts.refused++;
    else counts.failed++;
    console.log(
      `${name.padEnd(36)} ${result.code === 0 ? 'trained' : `code ${result.code}`.padEnd(7)}  ${result.line}`,
    );
  }
}
console.log(
  `\n${counts.files} files: ${counts.trained} trained, ${counts.withFlag} of them with the flag that the first refusal names; ${counts.refused} refused, ${counts.failed} failed`,
);
process.exitCode = counts.failed > 0 ? 1 : 0;

/** Run `iresnet train`; gives its code and the line that says most. */
function train(file, flags) {
  const words = [
    '--conditions=@iresnet/source',
    '--import',
    'tsx',
    join(root, 'apps/cli/src/bin.ts'),
    'train',
  ];
  const rest = [
    '--data',
    file,
    ...flags,
    ...effort,
    '--out',
    join(home, 'runs'),
    '--backend',
    'wasm',
    '-q',
    '--json',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...rest], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0)
    return { code: status, line: stderr.trim().split('\n').at(-1).replaceAll(file, '…').slice(0, 400) };
  const { dir, trainingRows, heldOut } = JSON.parse(stdout);
  rmSync(dir, { recursive: true, force: true });
  return { code: 0, line: `${heldOut.mean?.toFixed(2)} nats a row, ${trainingRows} training rows` };
}

/** The flags that a refusal tells to give, if it tells some without a choice. */
function flagsIn(line) {
  const [, told] = /; give (--[a-z-]+ (?:'[^']*'|[^\s;']+))/.exec(line) ?? [];
  return told === undefined ? [] : told.replaceAll("'", '').split(/ (.*)/).slice(0, 2);
}
