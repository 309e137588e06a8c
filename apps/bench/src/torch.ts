import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark';
import { spread } from './clock';

/** What a process measured, milliseconds a step. */
interface Measured {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

/** Who computes: PyTorch, or a backend of ours. */
type Side = 'PyTorch' | 'tensorflow' | 'wasm';

interface Case {
  readonly name: 'image' | 'plane' | 'score' | 'inverse';
  readonly cores: 1 | 2;
  readonly ours: readonly Exclude<Side, 'PyTorch'>[];
  readonly steps: number;
  readonly warmUp: number;
}

const cases: readonly Case[] = [
  { name: 'image', cores: 1, ours: ['tensorflow', 'wasm'], steps: 12, warmUp: 4 },
  { name: 'image', cores: 2, ours: ['tensorflow', 'wasm'], steps: 12, warmUp: 4 },
  { name: 'plane', cores: 1, ours: ['wasm'], steps: 150, warmUp: 40 },
  { name: 'score', cores: 1, ours: ['wasm'], steps: 6, warmUp: 2 },
  { name: 'inverse', cores: 1, ours: ['tensorflow', 'wasm'], steps: 6, warmUp: 2 },
];

/** Steps, scores and inverses beside the same sizes in PyTorch, as ratios in one run. */
export const torch: Benchmark = {
  name: 'torch',
  summary: 'ours beside PyTorch, in turns: training steps, scores and inverses of the same sizes',
  options: [
    '--python <file>    a Python with torch (python3)',
    '--rounds <n>       how often each side has its turn (3)',
    '--only <case>      image, plane, score or inverse',
    '--trained <n>      steps before the inverse (200)',
  ],
  run(args) {
    const { values: flags } = parseArgs({
      args: [...args],
      options: {
        python: { type: 'string', default: 'python3' },
        rounds: { type: 'string', default: '3' },
        only: { type: 'string' },
        trained: { type: 'string', default: '200' },
      },
    });
    const rounds = Array.from({ length: Number(flags.rounds) }, (_, i) => i);
    console.log('| case | cores | PyTorch, ms | | ms | ratio |\n| --- | --- | --- | --- | --- | --- |');
    for (const each of cases.filter(({ name }) => flags.only === undefined || name === flags.only)) {
      // Scores are compared by processor time, all else by the clock.
      const clock = each.name === 'score' ? 'cpu' : 'wall';
      const sides: readonly Side[] = ['PyTorch', ...each.ours];
      const medians = rounds.map(() =>
        sides.map((side) => spread(measure(each, side, flags.python, flags.trained)[clock]).median),
      );
      const ms = (k: number): string => spread(medians.map((round) => round[k]!)).median.toFixed(1);
      each.ours.forEach((side, i) => {
        const ratio = spread(medians.map((round) => round[i + 1]! / round[0]!)).median;
        console.log(
          `| ${each.name} | ${each.cores} | ${ms(0)} | ${side} | ${ms(i + 1)} | ${ratio.toFixed(2)} |`,
        );
      });
    }
    return Promise.resolve();
  },
};

const bench = join(import.meta.dirname, '..');

/** Measure one side in a process of its own, on so many cores. */
function measure(
  { name, cores, steps, warmUp }: Case,
  side: Side,
  python: string,
  trained: string,
): Measured {
  const options = [`--steps=${steps}`, `--warm-up=${warmUp}`, `--trained=${trained}`];
  const program =
    side === 'PyTorch'
      ? [python, join(bench, 'peers/torch_steps.py'), name, `--threads=${cores}`]
      : [
          process.execPath,
          ...process.execArgv,
          join(bench, 'src/steps/main.ts'),
          name,
          side,
          `--cores=${cores}`,
        ];
  const printed = execFileSync('taskset', ['--cpu-list', cores === 1 ? '0' : '0,1', ...program, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed.trim().split('\n').at(-1)!) as Measured;
}
