import type { Figure } from '@iresnet/report';
import { judgedRows, type TableFigures } from '../figures/tableFigures';
import type { TableSource } from '../source/source';
import { percent } from './estimates';

/** The lines of the table of figures of a report on a table. */
export function tableLines(figures: TableFigures, source: TableSource): Figure[] {
  return [...judged(figures, source), ...proven(figures)];
}

/** The accuracy, and how many rows were judged. */
function judged(figures: TableFigures, { training, validation, heldOut }: TableSource): Figure[] {
  const { accuracy, heldOutRows, heldOutTotal, unusable, unavailable } = figures;
  const found: Figure[] = unavailable.map(({ name, reason }) => ({
    label: name,
    value: 'not available',
    note: reason,
  }));
  if (unusable.rows > 0)
    found.push({
      label: 'Rows that cannot be judged',
      value: grouped(unusable.rows),
      note: unusable.first
        .map(({ row, reason }) => (row === null ? reason : `row ${row}, ${reason}`))
        .join('; '),
    });
  if (accuracy) {
    const { label, value, majority } = accuracy;
    found.push({
      label: 'Held-out accuracy',
      value: percent(value),
      note: `of '${label}'${majority ? `; always '${majority.class}' is right in ${percent(majority.value)}` : ''}`,
    });
  }
  if (heldOutRows + unusable.rows < heldOutTotal)
    found.push({
      label: 'Rows judged',
      value: grouped(heldOutRows),
      note: `of ${grouped(heldOutTotal)} rows that were held out, at random`,
    });
  const most = judgedRows(training.data.columns.length);
  const counts = [training.count, ...(validation === heldOut ? [] : [validation.count]), heldOutTotal];
  if (Math.max(...counts) > most) {
    const sum = (of: readonly number[]): number => of.reduce((all, count) => all + count, 0);
    found.push({
      label: 'Rows searched for unusual ones',
      value: grouped(sum(counts.map((count) => Math.min(count, most)))),
      note: `of ${grouped(sum(counts))}, at random`,
    });
  }
  return found;
}

function proven({ integral, box, lipschitz }: TableFigures): Figure[] {
  const ranges = box.map(([low, high]) => `[${low.toPrecision(4)}, ${high.toPrecision(4)}]`).join(' × ');
  return [
    ...(integral === null
      ? []
      : [
          {
            label: 'Integral of the density',
            value: integral.toFixed(5),
            note: `over ${ranges}; a density integrates to 1`,
          },
        ]),
    {
      label: 'Largest Lipschitz bound of a block',
      value: Math.max(...lipschitz).toFixed(4),
      note: 'by Gram iteration; a block below 1 is proven invertible',
    },
  ];
}

/** `20,000`. */
function grouped(n: number): string {
  return n.toLocaleString('en-US');
}
