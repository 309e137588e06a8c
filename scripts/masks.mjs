// What masks cost the joint density: trains the default density on the tables of a folder without
// and with masks (--missing marginal), and prints the mean log-likelihood of both on rows that
// neither saw, nats a row, and their paired difference. The folder holds NAME.train.csv and
// NAME.test.csv.
//   node scripts/masks.mjs FOLDER [name …] [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const [folder, ...chosen] = positionals;
if (!folder) throw new Error('expected a folder with NAME.train.csv and NAME.test.csv');
const found = readdirSync(folder).flatMap((file) => /^(.*)\.train\.csv$/.exec(file)?.slice(1) ?? []);
const out = mkdtempSync(join(tmpdir(), 'iresnet-masks-'));

/** What the command line prints, and its processor seconds. */
function run(...args) {
  const program = ['--conditions=@iresnet/source', '--import', 'tsx', 'apps/cli/src/bin.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args, '--quiet'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(0, 2000)}`);
  return stdout;
}

/** The scores of the test rows under a model of the training rows. */
function scores(name, kind, more) {
  const train = ['train', '--data', join(folder, `${name}.train.csv`), '--seed', flags.seed];
  const { dir } = JSON.parse(run(...train, '--out', join(out, `${name}-${kind}`), '--json', ...more));
  const { best, steps, seconds } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
  const lines = run('score', dir, '--data', join(folder, `${name}.test.csv`), '--json')
    .trim()
    .split('\n');
  const values = lines.map((line) => JSON.parse(line).logLikelihood);
  return { values, step: `${best ?? steps} of ${steps}`, seconds };
}

const mean = (values) => values.reduce((sum, value) => sum + value / values.length, 0);
function figure(values) {
  const average = mean(values);
  const variance = mean(values.map((value) => (value - average) ** 2));
  return `${average.toFixed(2)} ± ${Math.sqrt(variance / values.length).toFixed(2)}`;
}

if (!flags.json) console.log('| table | without masks | with masks | difference | steps | seconds |\n| --- | --- | --- | --- | --- | --- |'); // prettier-ignore
for (const name of chosen.length > 0 ? chosen : found) {
  const plain = scores(name, 'plain', []);
  const masked = scores(name, 'masked', ['--missing', 'marginal']);
  // A row that float32 cannot hold has no score under either.
  const both = plain.values.map((value, i) => [value, masked.values[i]]).filter((pair) => pair.every(Number.isFinite)); // prettier-ignore
  const row = [
    name,
    figure(both.map(([a]) => a)),
    figure(both.map(([, b]) => b)),
    figure(both.map(([a, b]) => b - a)),
    `${plain.step}, ${masked.step}`,
    `${plain.seconds.toFixed(0)}, ${masked.seconds.toFixed(0)}`,
  ];
  console.log(flags.json ? JSON.stringify(row) : `| ${row.join(' | ')} |`);
}
