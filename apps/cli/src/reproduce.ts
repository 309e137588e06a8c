import { labelOf, type RunConfig } from './config';
import { quoted } from './shell';

/** The command that gives a run again, for a POSIX shell. */
export function reproduce({ data, ...config }: RunConfig): string {
  const source =
    data.kind === 'file'
      ? [['--data', data.file], ...(data.columns ? [['--columns', data.columns.join()]] : [])]
      : [['--dataset', data.name]];
  const label = labelOf(data);
  const flags = [
    ...source,
    ...(label === undefined
      ? []
      : [
          ['--label', label],
          ['--density-weight', config.densityWeight ?? 1],
        ]),
    ['--steps', config.steps],
    ['--seed', config.seed],
    ['--blocks', config.blocks],
    ['--hidden', config.hidden.join()],
    ['--activation', config.activation],
    ['--coefficient', config.coefficient],
    ['--batch-size', config.batchSize],
    ['--learning-rate', config.learningRate],
    ['--noise', config.noise],
    ['--hold-out', config.holdOut],
  ];
  return ['iresnet', 'train', ...flags.flat().map((word) => quoted(String(word)))].join(' ');
}
