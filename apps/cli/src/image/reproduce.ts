import { quoted } from '../shell';
import type { ImageRunConfig } from './config';

/** The command that gives a run again, for a POSIX shell; its architecture is in the `config.json` beside it. */
export function reproduceImages(config: ImageRunConfig): string {
  const { data } = config;
  const source =
    data.kind === 'folder'
      ? [['--data', data.folder]]
      : [['--dataset', data.name], ...(data.dir === undefined ? [] : [['--data-dir', data.dir]])];
  const flags = [
    ...source,
    ['--task', config.task],
    ['--steps', config.steps],
    ['--seed', config.seed],
    ['--batch-size', config.batchSize],
    ['--accumulate', config.accumulate],
    ['--optimizer', config.optimizer],
    ['--learning-rate', config.learningRate],
    ['--schedule', config.schedule],
    ['--warmup', config.warmup],
    ['--weight-decay', config.weightDecay],
    ['--ema', config.emaDecay ?? 'none'],
    ['--clip', config.clipNorm ?? 'none'],
    ['--density-weight', config.densityWeight],
    ['--shift', config.augment.shift],
    ...(config.augment.flip ? [['--flip']] : []),
    ['--hold-out', config.holdOut],
    ['--validation', config.validation],
    ['--blocks', config.model.flow.scales.map(({ blocks }) => blocks).join()],
    ['--channels', config.model.flow.scales.map(({ channels }) => channels).join()],
    ['--activation', config.model.flow.activation],
    ['--coefficient', config.model.flow.coefficient ?? 'none'],
  ];
  return ['iresnet', 'train', ...flags.flat().map((word) => quoted(String(word)))].join(' ');
}
