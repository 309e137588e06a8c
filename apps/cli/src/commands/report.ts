import type { Command } from 'commander';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';
import { runArgument } from './flags';

/** `iresnet report`. */
export function addReport(program: Command, finish: Finish): void {
  const command = program
    .command('report')
    .argument(...runArgument)
    .description('Judge the model of a run folder again, draw its report.html and print the path of it.');
  addCommonFlags(command, 'print the path as JSON', [
    'iresnet report runs/001-faithful',
    'iresnet report runs/002-digits-hybrid --quiet | xargs xdg-open',
  ]).action(async (run: string, { json = false, quiet, backend }: CommonFlags) => {
    const { dispatch } = await import('../run/dispatch');
    const draw = async () => (await import('../run/judge')).drawReport;
    finish(await dispatch(run, { backend, json }, processOutput(quiet), { table: draw, images: draw }));
  });
}
