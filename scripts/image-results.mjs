// Trains models of images by the command line and writes what came out to docs/results-images.md.
//   node scripts/image-results.mjs --mnist DIR --cifar DIR [--backend auto] [--out runs/results] [--only name,name] [--write]
// DIR hold the published files of MNIST and CIFAR-10. A run that is there already is not made
// again, one that was interrupted goes on. With --write nothing is trained: the page is made from
// the runs that are there.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    mnist: { type: 'string' },
    cifar: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    out: { type: 'string', default: 'runs/results' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const mnist = ['--dataset', 'mnist', '--data-dir', flags.mnist ?? 'mnist'];
const cifar = ['--dataset', 'cifar10', '--data-dir', flags.cifar ?? 'cifar10'];
const classify = ['--task', 'classify', '--activation', 'maxMin', '--shift', '1', '--steps', '3000'];

/**
 * The network of the official code, and how it trains: no logit, no warm-up, no decay, no average,
 * no clipping.
 */
const plain = [
  '--preset',
  'mnist-density-small',
  '--optimizer',
  'adamax',
  '--patience',
  'none',
  '--schedule',
  'constant',
  '--warmup',
  '0',
  '--ema',
  'none',
  '--clip',
  'none',
];

/**
 * Every run, and which of them is killed in its middle to see whether it goes on as if nothing had
 * happened.
 */
const jobs = [
  { name: 'mnist-classify', args: [...mnist, ...classify] },
  { name: 'mnist-classify-twin', args: [...mnist, ...classify, '--coefficient', 'none'] },
  { name: 'mnist-density', args: [...mnist, '--task', 'density', '--steps', '4000'] },
  {
    name: 'mnist-density-200',
    args: [...mnist, '--task', 'density', '--steps', '200', ...plain, '--learning-rate', '0.005'],
  },
  {
    name: 'mnist-hybrid',
    args: [...mnist, '--task', 'hybrid', '--steps', '1500'],
  },
  {
    name: 'cifar10-classify',
    args: [...cifar, '--task', 'classify', '--activation', 'maxMin', '--flip', '--steps', '3000'],
    kill: true,
  },
  { name: 'cifar10-density', args: [...cifar, '--task', 'density', '--steps', '500'], kill: true },
];

const chosen = flags.only?.split(',');
if (!flags.write) {
  for (const job of jobs) if (!chosen || chosen.includes(job.name)) await make(job);
}
writeFileSync('docs/results-images.md', page());

/** Make a run, or go on with it. */
async function make({ name, args, kill }) {
  const found = runOf(name);
  if (found?.results) return console.log(`${name}: there already`);
  if (found) return iresnet(['train', '--resume', found.dir], name);
  const out = ['--out', join(flags.out, name)];
  if (!kill) return iresnet(['train', ...args, ...out], name);
  const steps = Number(args[args.indexOf('--steps') + 1]);
  const child = iresnet(['train', ...args, ...out], name, true);
  let before;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    before = runOf(name);
  } while (child.running() && !(before && lastStep(before.dir) >= steps / 2));
  child.kill();
  await child.ended;
  const killed = losses(before.dir);
  await iresnet(['train', '--resume', before.dir], name);
  const after = losses(before.dir);
  const repeated = [...killed].map(([step, loss]) => Math.abs(loss - after.get(step)));
  writeFileSync(
    join(before.dir, 'killed.json'),
    `${JSON.stringify({ step: Math.max(...killed.keys()), compared: repeated.length, largestDifference: Math.max(...repeated) })}\n`,
  );
}

function iresnet(args, name, control = false) {
  const words = ['--conditions=@iresnet/source', '--import', 'tsx', 'apps/cli/src/bin.ts', ...args];
  console.log(`${name}: iresnet ${args.join(' ')}`);
  const child = spawn('node', [...words, '--backend', flags.backend], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => {
    child.on('exit', (code, signal) =>
      code === 0 || control ? resolve() : reject(new Error(`${name} ended with ${code ?? signal}`)),
    );
  });
  return control
    ? { ended, running: () => child.exitCode === null, kill: () => child.kill('SIGKILL') }
    : ended;
}

/** The newest run of a job. */
function runOf(name) {
  const root = join(flags.out, name);
  if (!existsSync(root)) return null;
  const newest = readdirSync(root).sort().at(-1);
  if (newest === undefined) return null;
  const dir = join(root, newest);
  const read = (file) =>
    existsSync(join(dir, file)) ? JSON.parse(readFileSync(join(dir, file), 'utf8')) : null;
  return {
    dir,
    config: read('config.json'),
    info: read('run.json'),
    results: read('results.json'),
    killed: read('killed.json'),
  };
}

function events(dir) {
  const file = join(dir, 'metrics.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function losses(dir) {
  return new Map(events(dir).flatMap(({ event, step, loss }) => (event === 'step' ? [[step, loss]] : [])));
}

function lastStep(dir) {
  return Math.max(0, ...losses(dir).keys());
}

/** The page, from the runs that are there. */
function page() {
  const runs = jobs.flatMap(({ name, args }) => {
    const run = runOf(name);
    return run?.results ? [{ name, args, ...run }] : [];
  });
  const percent = ({ mean, standardError }) =>
    `${(100 * (1 - mean)).toFixed(2)} ± ${(100 * standardError).toFixed(2)} %`;
  const bits = ({ mean, standardError }) => `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
  const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const head = [
    'run',
    'steps',
    'training',
    'test error',
    'test bits/dim',
    'reconstruction error',
    'proven invertible',
    'largest L',
  ];
  const rows = runs.map(({ name, info, results }) => [
    name,
    info.steps,
    `${Math.round(info.seconds / 60)} min, ${info.backend}`,
    results.accuracy ? percent(results.accuracy) : 'n/a',
    results.bitsPerDim ? bits(results.bitsPerDim) : 'n/a',
    results.reconstruction.largestError?.toExponential(1) ?? 'no number',
    results.certificate.invertible ? 'yes' : '**no**',
    Math.max(...results.certificate.blocks.map(({ lipschitzBound }) => lipschitzBound)).toFixed(3),
  ]);
  return `---
title: Results on images
---

# Results on images

Written by \`node scripts/image-results.mjs --mnist DIR --cifar DIR\`, which makes every run below by the command line; seed 1. The MNIST files
had the first 22,000 training images and all 10,000 test images, those of CIFAR-10 10,000 training and 2,000 test images that went through
JPEG once, so that their bits per dimension compare only with those of programs on the same files.

Errors and bits per dimension are of the test images, with standard errors. The reconstruction error is the largest |x − F⁻¹(F(x))| of any
pixel of 500 test images, whose range is 1; L the largest proven Lipschitz constant of a block. Training images are in [−½, ½), (byte +
noise)/256 − ½.

Runs that were interrupted went on later: the backend named is that of the last part.

Machine: ${cpus().length} × ${cpus()[0].model.trim()}, shared with other work, Node ${process.version}; times are wall times of the training.

${table([head, head.map(() => '---'), ...rows])}
${runs.map(section).join('')}`;

  function section({ name, args, dir, info, config, killed }) {
    const all = events(dir);
    const judged = all.filter(({ event }) => event === 'judged');
    const shown = judged.filter((_, i) => i % 2 === 1 || i === 0);
    const batch = (step) => {
      const last = all.filter((e) => e.event === 'step' && e.step > step - 10 && e.step <= step);
      return (last.reduce((sum, { loss }) => sum + loss, 0) / last.length).toFixed(3);
    };
    const early = name.startsWith('mnist-density') ? [200] : [];
    const steps = [...new Set([...early, ...shown.map(({ step }) => step)])].sort((a, b) => a - b);
    const at = (step) => judged.find((e) => e.step === step);
    const lines = [
      [
        'step',
        'loss, mean of ten batches',
        ...(judged[0]?.bitsPerDim != null ? ['validation bits/dim'] : []),
        ...(judged[0]?.accuracy != null ? ['validation error'] : []),
      ],
    ];
    lines.push(lines[0].map(() => '---'));
    for (const step of steps) {
      lines.push([
        step,
        batch(step),
        ...(judged[0]?.bitsPerDim != null ? [at(step)?.bitsPerDim.toFixed(3) ?? ''] : []),
        ...(judged[0]?.accuracy != null
          ? [at(step) ? `${(100 * (1 - at(step).accuracy)).toFixed(1)} %` : '']
          : []),
      ]);
    }
    const hidden = (word) => (word === flags.mnist || word === flags.cifar ? 'DIR' : word);
    return `
## ${name}

\`\`\`
iresnet train ${args.map(hidden).join(' ')}
\`\`\`

Batch ${config.batchSize}, ${config.optimizer}, learning rate ${config.learningRate} (${config.schedule}), ${config.model.flow.scales
      .map((s) => `${s.blocks} blocks of ${s.channels} channels`)
      .join(
        ' and ',
      )}, ${config.model.flow.activation}, coefficient ${config.model.flow.coefficient ?? 'none'}; ${info.steps} steps in ${Math.round(info.seconds)} s on ${info.backend}.
${killed ? `\nKilled by SIGKILL after step ${killed.step} and resumed: the losses of all ${killed.compared} steps before differ from those of the first part by ${killed.largestDifference}.\n` : ''}
${table(lines)}
`;
  }
}
