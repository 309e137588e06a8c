// Trains the default density on the tables of a folder by the command line and writes what came
// out, beside what other programs reached on the same files, to docs/results-peers.md. The folder
// holds NAME.train.csv, NAME.test.csv and peers.json:
//   { NAME: { method: { mean, se, cpu } } }, nats a row on the test file in the units of the data, processor seconds.
//   node scripts/results-peers.mjs FOLDER [name …]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const [folder, ...chosen] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, 'peers.json')))
  throw new Error('expected a folder with NAME.train.csv, NAME.test.csv and peers.json');
const peers = JSON.parse(readFileSync(join(folder, 'peers.json'), 'utf8'));
const names = chosen.length > 0 ? chosen : Object.keys(peers);
const out = mkdtempSync(join(tmpdir(), 'iresnet-peers-'));
const program = `${process.execPath} --conditions=@iresnet/source --import tsx apps/cli/src/bin.ts`;

/** What the command prints, and the processor seconds that it took. */
function run(args) {
  const script = `TIMEFORMAT='%U %S'; time ${program} ${args.map((arg) => `'${arg}'`).join(' ')}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(0, 2000)}`);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { json: JSON.parse(stdout), seconds: user + system };
}

const figure = ({ mean, se, cpu }) =>
  `${mean.toFixed(2)} ± ${se.toFixed(2)}${cpu === undefined ? '' : ` (${cpu.toFixed(0)} s)`}`;
/** Every method of any table, in the order in which they come. */
const methods = [...new Set(names.flatMap((name) => Object.keys(peers[name])))];
const rows = names.map((name) => {
  const data = join(folder, `${name}.train.csv`);
  const { json, seconds } = run(['train', '--data', data, '--out', join(out, name), '--json', '--quiet']);
  const judged = run([
    'eval',
    json.dir,
    '--data',
    join(folder, `${name}.test.csv`),
    '--json',
    '--quiet',
  ]).json;
  const { mean, standardError: se } = judged.logLikelihood;
  const { best, steps } = JSON.parse(readFileSync(join(json.dir, 'run.json'), 'utf8'));
  const ours = { mean, se, cpu: seconds };
  const row = [name, `${best} of ${steps}`, figure(ours)];
  row.push(...methods.map((method) => (peers[name][method] ? figure(peers[name][method]) : '')));
  console.log(row.join('  '));
  return row;
});

const head = ['table', 'best step', '`iresnet train`', ...methods];
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
writeFileSync(
  'docs/results-peers.md',
  `---
title: Results beside other programs
---

# Results beside other programs

Each table is cut into two files. \`iresnet train --data NAME.train.csv\` has its defaults and holds out a part of the first file for its own
report; all methods are judged on the second file, which none of them is trained on. The rules behind the defaults were compared on these
tables too, so other tables are the better test. Mean log-likelihood in nats a row, in the units of the data,
± its standard error; behind it, in brackets, the processor seconds, those of the start, the report and the judging included for
\`iresnet\`. Written by \`node scripts/results-peers.mjs FOLDER\`, which takes the figures of the other methods from \`peers.json\`.

The other methods, one thread each: the Gaussian of greatest likelihood; a kernel density with a bandwidth by 5-fold cross-validation and a
mixture of Gaussians by BIC (24 components at most, full or diagonal, 0.01 added to the variances) of scikit-learn; a neural spline flow (3
transforms, 64-64), without noise and with 0.1, and a masked autoregressive flow (5) of zuko; a residual flow (8 blocks, 64-64) of
normflows; the flows with AdamW, 0.001, batches of 256, on standardized columns, stopped early by 15 % of the training rows.

Machine: ${cpus().length} × ${cpus()[0].model}, Node ${process.version}.

${table}
`,
);
spawnSync('npx', ['prettier', '--write', 'docs/results-peers.md']);
console.log(`docs/results-peers.md; runs in ${out}: ${readdirSync(out).join(', ')}`);
