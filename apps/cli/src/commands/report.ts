import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { processOutput } from '../output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

export interface ReportOptions {
  readonly backend: BackendName;
}

/** `iresnet report`. */
export function addReport(program: Command, finish: Finish): void {
  const command = program
    .command('report <run>')
    .description('Judge the model of a run folder again, draw its report.html and print the path of it.');
  addCommonFlags(command, 'print the path as JSON', [
    'iresnet report runs/001-faithful',
    'iresnet report runs/002-digits-hybrid --quiet | xargs xdg-open',
  ]).action(async (run: string, { json = false, quiet, backend }: CommonFlags) => {
    const output = processOutput(quiet);
    const { kindOfModel } = await import('../modelKind');
    const draw =
      kindOfModel(run) === 'images'
        ? (await import('../image/report')).drawImageReport
        : (await import('../table/report')).drawReport;
    const report = await draw(run, { backend }, output);
    await output.data(`${json ? JSON.stringify({ report }) : report}\n`);
    finish(0);
  });
}
