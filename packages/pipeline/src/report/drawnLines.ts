import type { Figure } from '@iresnet/report';
import type { DrawnFigures } from '../figures/drawnFigures';
import { withError } from './estimates';

/** The lines of a report on a table that say how drawn rows compare with real ones. */
export function drawnLines({ marginal, correlation, within, nearest }: DrawnFigures): Figure[] {
  return [
    {
      label: 'Draws: column that differs most',
      value: `${marginal.column}, ${share(marginal.drawn)}`,
      note: `the largest difference of the shares of training rows and draws up to some value; of held-out rows ${share(marginal.heldOut)}`,
    },
    ...(correlation
      ? [
          {
            label: 'Draws: correlation that differs most',
            value: `${correlation.columns.join(', ')}: ${correlation.drawn.toFixed(2)}`,
            note: `of training rows ${correlation.training.toFixed(2)}, of held-out rows ${correlation.heldOut.toFixed(2)}`,
          },
        ]
      : []),
    ...(within
      ? [
          {
            label: 'Draws: mean of the rows with one word that differs most',
            value: `${within.column} where ${within.category} is ${within.value}: ${number(within.drawn)}`,
            note: `of training rows ${number(within.training)}, of held-out rows ${number(within.heldOut)}`,
          },
        ]
      : []),
    {
      label: 'Draws: distance to the nearest training row',
      value: withError(nearest.drawn),
      note: `in deviations; of held-out rows ${withError(nearest.heldOut)}; a model that copies rows would be nearer`,
    },
  ];
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
