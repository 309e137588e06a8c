import { basename } from 'node:path';
import { listRuns, type ListedRun } from '@iresnet/pipeline/run/node';
import { aligned } from '@iresnet/pipeline/run';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';

/** Print what runs there are. */
export async function showRuns(folder: string, json: boolean, output: Output): Promise<number> {
  const runs = listRuns(folder);
  const head = ['run', 'task', 'state', 'steps', 'seconds', 'ended', 'result'];
  const text = json
    ? runs
        .map(({ summary, ...run }) => `${JSON.stringify({ ...run, summary: Object.fromEntries(summary) })}\n`)
        .join('')
    : printableText(aligned([head, ...runs.map(cells)]));
  await output.data(text);
  return 0;
}

function cells({ dir, state, config, info, summary, problem }: ListedRun): string[] {
  const [best] = summary;
  return [
    basename(dir),
    config?.task ?? '–',
    state,
    info ? String(info.steps) : '–',
    info ? info.seconds.toFixed(0) : '–',
    info ? info.date.slice(0, 16).replace('T', ' ') : '–',
    best ? best.join(' ') : (problem ?? ''),
  ];
}
