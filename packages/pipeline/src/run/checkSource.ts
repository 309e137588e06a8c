import { IResNetError } from '@iresnet/core';
import type { Input } from '../input';
import type { Pipeline } from '../pipeline';
import type { ImageSource, TableSource } from '../source/source';

/**
 * Refuse data that a model was not trained on.
 *
 * @param where - The run, for the message.
 * @throws IResNetError of kind `data` for other columns, images or classes than the model takes,
 * and for rows whose mean or deviation is not that of its training rows.
 */
export function checkSource(pipeline: Pipeline, source: TableSource | ImageSource, where: string): void {
  const { input } = pipeline;
  const refuse = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  const [wanted, found] = [described(input), described(source.input)];
  if (wanted !== found)
    refuse(`expected data as of the model, ${wanted}, got ${found} in ${source.input.title}`);
  if (input.kind === 'table' && !sameRows(pipeline, source as TableSource))
    refuse(
      `expected the rows that the model was trained on, got others: ${source.input.title} or config.json has changed since`,
    );
}

function described(input: Input): string {
  if (input.kind === 'table') {
    const given = input.given ? `, given ${input.given.columns.join(', ')}` : '';
    return `the columns ${input.columns.join(', ')}${given}`;
  }
  const { shape, levels, classes } = input;
  return `${shape.join('×')}, ${levels} levels, ${classes.length} classes (${classes.join()})`;
}

/** The model holds mean and deviation of the rows that it was trained on. */
function sameRows({ model, input }: Pipeline, { mean, deviation, input: found }: TableSource): boolean {
  const { config } = model;
  const fixed = config.kind === 'dense' ? config.flow.standardize : undefined;
  return (
    deviation.every((s, j) => close(s, fixed?.deviation[j], s) && close(mean[j]!, fixed?.mean[j], s)) &&
    input.classes.join('\n') === found.classes.join('\n')
  );
}

/** Equal up to the rounding of other machines, in units of `scale`. */
function close(a: number, b: number | undefined, scale: number): boolean {
  return Math.abs(a - (b ?? NaN)) <= 1e-6 * scale;
}
