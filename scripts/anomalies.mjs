/**
 * How well `iresnet train` and `score`, with their defaults, tell odd rows from usual ones, beside
 * detectors of scikit-learn and a neural spline flow on the same splits; writes
 * docs/results-anomalies.md.
 *
 *   node scripts/anomalies.mjs                     5 splits of each table
 *   node scripts/anomalies.mjs --splits 1 'wine 0' some of them; nothing is written
 *   node scripts/anomalies.mjs --python venv/bin/python
 *
 * The Python has scikit-learn, torch and zuko.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { root } from './workspaces.mjs';

const { values: flags, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    splits: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
  },
});
const page = join(root, 'docs/results-anomalies.md');
const splits = Number(flags.splits);
const home = mkdtempSync(join(tmpdir(), 'anomalies-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
const script = join(root, 'scripts/anomaly-peers.py');
execFileSync(flags.python, [script, home, flags.splits, ...chosen], { stdio: 'inherit' });
const peers = JSON.parse(readFileSync(join(home, 'peers.json'), 'utf8'));

/** The areas under the ROC curve of each method, by the name of the table. */
const areas = {};
for (const [name, of] of Object.entries(peers)) {
  const own = Array.from({ length: splits }, (_, k) => areaOf(`${name}-${k}`));
  areas[name] = { iresnet: own, ...of };
  console.log(name, Object.entries(areas[name]).map(([method, list]) => `${method} ${text(list)}`).join(', ')); // prettier-ignore
}
if (chosen.length === 0) writeFileSync(page, await prettier.format(pageOf(areas), { ...(await prettier.resolveConfig(page)), parser: 'markdown' })); // prettier-ignore

/** Train on one file, score the other, and compare the order with the truth. */
function areaOf(name) {
  const { dir } = trained(join(home, `${name}.train.csv`), join(home, name));
  const lines = iresnet('score', dir, '--data', join(home, `${name}.test.csv`), '--json', '-q');
  const scores = lines
    .trim()
    .split('\n')
    .map((line) => Number(JSON.parse(line).logLikelihood ?? -Infinity));
  return areaUnderRoc(scores, JSON.parse(readFileSync(join(home, `${name}.odd.json`), 'utf8')));
}

/** What `train` says of a run on a file; a column that hardly varies is left out, as it says. */
function trained(file, out, flags = []) {
  const args = ['--data', file, '--hold-out', '0', '--out', out, '--json', '-q', ...flags];
  try {
    return JSON.parse(iresnet('train', ...args));
  } catch (error) {
    const [, told] = /; give --exclude '?([^']*?)'?\n/.exec(error.message) ?? [];
    if (told === undefined || flags.length > 0) throw error;
    return trained(file, out, ['--exclude', told]);
  }
}

function iresnet(...args) {
  const program = ['--conditions=@iresnet/source', '--import', 'tsx', join(root, 'apps/cli/src/bin.ts')];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`iresnet ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The share of pairs of an odd and a usual row with the odd one less likely; ties count half. */
function areaUnderRoc(scores, odd) {
  const [low, high] = [true, false].map((is) => scores.filter((_, i) => odd[i] === is));
  let won = 0;
  for (const a of low) for (const b of high) won += a < b ? 1 : a === b ? 0.5 : 0;
  return won / (low.length * high.length);
}

function mean(list) {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

function text(list) {
  return mean(list).toFixed(3);
}

function pageOf(areas) {
  const methods = Object.keys(Object.values(areas)[0]);
  const head = ['usual rows', ...methods.map((method) => (method === 'iresnet' ? '`iresnet`' : method))];
  const rows = Object.entries(areas).map(([name, of]) => {
    const best = Math.max(...methods.map((method) => mean(of[method])));
    return [name, ...methods.map((method) => (mean(of[method]) > best - 5e-4 ? `**${text(of[method])}**` : text(of[method])))]; // prettier-ignore
  });
  const average = methods.map((method) => text(Object.values(areas).map((of) => mean(of[method]))));
  const table = [head, head.map(() => '---'), ...rows, ['mean', ...average]];
  return `---
title: Anomalies beside other detectors
---

# Anomalies beside other detectors

Of the rows of a class, 60 % are for training. The others and all rows of the other classes are ranked; the figure is the share of pairs
of an odd and a usual row of which the odd one ranks as less likely (the area under the ROC curve), the mean of ${splits} splits.
\`iresnet train --hold-out 0\` and \`iresnet score\` have their defaults (a column that hardly varies is left out, as \`train\` says); the other detectors get standardized columns.
The kernel density has a bandwidth by cross-validation, the mixture is the one of the least BIC; the neural spline flow is that of zuko
(3 transforms of 64-64, AdamW, noise of 0.1, stopped early by 15 % of the training rows). A bold figure is the best of its row.

${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}

Written by \`node scripts/anomalies.mjs\`, which makes the splits from the tables of scikit-learn.
`;
}
