import { extname } from 'node:path';
import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { addDataFlags, checkData, type GivenData } from '../dataFlags';
import { choice, integer } from '../flags';
import { processOutput } from '../output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

const formats = ['csv', 'jsonl', 'npy'] as const;

export interface ScoreOptions extends GivenData {
  readonly format: (typeof formats)[number];
  /** Least likely first. */
  readonly rank: boolean;
  readonly out?: string;
  readonly seed: number;
  readonly backend: BackendName;
}

type Flags = Partial<Pick<ScoreOptions, 'format' | 'rank'>> &
  Omit<ScoreOptions, 'format' | 'rank'> &
  CommonFlags;

const WHERE = 'iresnet score';

/** `iresnet score`. */
export function addScore(program: Command, finish: Finish): void {
  const command = program
    .command('score <run>')
    .description(
      'Write the log-likelihood of each row in nats and the data’s own units; of each image in nats and bits per dimension, with the predicted class where there is a classifier.',
    );
  addDataFlags(command)
    .addOption(
      choice(
        '--format <name>',
        'npy: float64 [n], with --out (default: by the name of --out, else csv)',
        formats,
      ),
    )
    .option('--rank', 'least likely first')
    .option('--out <file>', 'a file instead of standard output')
    .option('--seed <n>', 'seed of the probes, and of the noise on the levels of images', integer(0), 0);
  addCommonFlags(command, 'the same as --format jsonl', [
    'iresnet score runs/001-faithful --data new.csv > scores.csv',
    'iresnet score runs/001-faithful --data new.csv --rank | head',
    'iresnet score runs/002-digits-hybrid --data photos/ --json',
    'iresnet score runs/003-mnist-density --dataset mnist --out scores.npy',
  ]).action(async (run: string, { json, quiet, rank = false, format, ...flags }: Flags) => {
    checkData(flags, WHERE);
    const options = { ...flags, rank, format: formatOf({ json, format, out: flags.out, rank }) };
    const output = processOutput(quiet);
    const { kindOfModel } = await import('../modelKind');
    if (kindOfModel(run) === 'images') {
      const { scoreImages } = await import('../image/score');
      return finish(await scoreImages(run, options, output));
    }
    const { score } = await import('../table/score');
    finish(await score(run, options, output));
  });
}

function formatOf({
  json,
  format,
  out,
  rank,
}: {
  readonly json: boolean | undefined;
  readonly format: ScoreOptions['format'] | undefined;
  readonly out: string | undefined;
  readonly rank: boolean;
}): ScoreOptions['format'] {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', WHERE, what);
  };
  if (json && format !== undefined && format !== 'jsonl')
    refuse(`expected --json or --format ${format}, got both`);
  const named = formats.find((name) => out !== undefined && extname(out).toLowerCase() === `.${name}`);
  const chosen = format ?? (json ? 'jsonl' : (named ?? 'csv'));
  if (chosen === 'npy' && out === undefined) refuse('expected --out with --format npy, got none');
  if (chosen === 'npy' && rank)
    refuse('expected --rank with csv or jsonl, which say what each score belongs to, got npy');
  return chosen;
}
