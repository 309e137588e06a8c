import type { Command } from 'commander';
import { checkData } from '../requests/data';
import { addDataFlags } from './dataFlags';
import { listEveryday } from './everyday';
import { choice, either, integer, runArgument, share, workersFlag } from './flags';
import { recordForms } from '@iresnet/datasets';
import {
  badRowRules,
  checkShard,
  decisionOf,
  formatOf,
  type DecisionFlags,
  type ScoreRequest,
} from '../requests/judge';
import { ofFlag } from '../underName';
import { nameList } from '../terminal/nameList';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Partial<Pick<ScoreRequest, 'format' | 'rank' | 'explain'>> &
  Omit<ScoreRequest, 'format' | 'rank' | 'explain' | 'shard' | 'decision'> &
  DecisionFlags &
  CommonFlags & { readonly shard?: string };

const WHERE = 'iresnet score';

/** What `--help` lists; the others are for unusual files, many machines and wide models. */
const everyday = 'data dataset keep rank alarm fdr top explain out format workers backend json quiet';

/** `iresnet score`. */
export function addScore(program: Command, finish: Finish): void {
  const command = program
    .command('score')
    .argument(...runArgument)
    .description(
      'Write the log-likelihood of each row in nats and the data’s own units; of each image in nats and bits per dimension, with the predicted class where there is a classifier. Up to 128 values the log-determinant is exact; beyond, its standard error stands beside it. Probabilities of whole numbers and categories are right to some .01 nats for one or two such columns, and .1 for six. A row that cannot be judged gets -Infinity (NaN where a value is none), the reason in the column `unusable`, and with --rank comes first. A row of a table gets its percentile and its p-value beside the rows that the run held out: of usual rows a share of α has a p-value of α at most.',
    );
  addDataFlags(command)
    .addOption(
      choice(
        '--format <name>',
        'npy holds the scores alone, float64 [n] (default: by the name of --out, else csv)',
        recordForms,
      ),
    )
    .option(
      '--keep <columns>',
      'columns of the file to write beside the scores: all, ids (those that name the rows), or names (default: ids, where the run has some)',
      either('all', either('ids', nameList)),
    )
    .addOption(
      choice(
        '--on-bad-row <rule>',
        'a row that cannot be read: keep it with the reason, skip it, or stop there (default: keep)',
        badRowRules,
      ),
    )
    .option('--rank', 'least likely first')
    .option('--alarm <share>', 'flag rows whose p-value is at most this: of usual rows that share', share)
    .option(
      '--fdr <share>',
      'flag so many rows that on average that share of them are false alarms; looks at all rows first',
      share,
    )
    .option('--top <n>', 'flag the n least likely rows; looks at all rows first', integer(1))
    .option(
      '--explain',
      'the three columns that make a flagged row (or else each row) improbable, with a usual value of each and the nats that it would gain',
    )
    .option(
      '--calibrate <file>',
      'usual rows that the model was not trained on, for the p-values (default: those that the run held out)',
    )
    .option(
      '--out <file>',
      'a file instead of standard output: .csv, .jsonl, also with .gz, .parquet or .npy; with --shard the folder of the parts',
    )
    .option(
      '--shard <i/n>',
      'only the rows of shard i of n, from 0/n on, as a part that iresnet merge joins; a part that is there is kept. auto/n takes i from SHARD_INDEX, SLURM, Kubernetes, Open MPI or GNU parallel',
    )
    .option(
      '--seed <n>',
      'seed of the probes beyond 128 values, and of the noise on the levels of images',
      integer(0),
      0,
    )
    .option(
      '--probes <n>',
      'probes of an example of more than 128 values (default: 4 to 16, by its size)',
      integer(1),
    );
  command.addOption(workersFlag('score a table'));
  listEveryday(command, everyday);
  addCommonFlags(command, 'the same as --format jsonl', [
    'iresnet score runs/001-faithful --data new.csv > scores.csv',
    'iresnet score runs/001-faithful --data new.csv --rank | head',
    'iresnet score runs/001-faithful --data new.csv --fdr 0.05 --explain',
    'iresnet score runs/002-digits-hybrid --data photos/ --json',
    'iresnet score runs/003-mnist-density --dataset mnist --out scores.npy',
    'iresnet score runs/001-faithful --data big/ --shard 3/8 --out parts',
  ]).action(async (run: string, given: Flags) => {
    const { json, quiet, rank = false, explain = false, format, shard, alarm, fdr, top, ...flags } = given;
    checkData(flags, WHERE);
    const decision = decisionOf(WHERE, { alarm, fdr, top });
    const options = {
      ...flags,
      ...(decision && { decision }),
      rank,
      explain,
      format: formatOf(WHERE, {
        json,
        format,
        out: flags.out,
        rank,
        explain,
        shard: shard !== undefined,
        keep: flags.keep,
        onBadRow: flags.onBadRow,
      }),
    };
    if (shard !== undefined) checkShard(WHERE, options);
    const { dispatch } = await import('../run/dispatch');
    const { parseShard } = await import('@iresnet/pipeline/node');
    const request = {
      ...options,
      ...(shard !== undefined && { shard: await ofFlag('--shard', () => parseShard(shard, process.env)) }),
    };
    finish(
      await dispatch<ScoreRequest>(run, request, processOutput(quiet), {
        table: async () => (await import('../table/score')).scoreRows,
        images: async () => (await import('../image/score')).scoreImages,
      }),
    );
  });
}
