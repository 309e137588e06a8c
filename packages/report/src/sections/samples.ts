import type { ReportData } from '../data';
import { columnAxis, columnRange } from '../columnAxis';
import { count } from '../format';
import { html, type Html } from '../html';
import { draw, points, thin, type Range } from '../plot';
import { colours } from '../style';

/** Most points of a panel. */
const MOST = 1500;

/** For two columns: rows of the table and as many samples, on the same axes. */
export function samples({ points: data, columns, kinds, density }: ReportData): Html | undefined {
  if (!data?.samples.length || columns.length !== 2) return undefined;
  const rows = [...data.train, ...data.heldOut];
  const n = Math.min(MOST, rows.length, data.samples.length);
  const x = density?.x ?? columnRange(rows, 0, kinds?.[0], 0.1);
  const y = density?.y ?? columnRange(rows, 1, kinds?.[1], 0.1);
  const shown = thin(data.samples, n);
  const outside = shown.filter((row) => !(within(row[0]!, x) && within(row[1]!, y))).length;
  const panel = (marks: ReturnType<typeof points>[]) =>
    draw({
      height: 346,
      x: columnAxis(x, columns[0]!, kinds?.[0], { grid: true, words: 12, letters: 36 }),
      y: columnAxis(y, columns[1]!, kinds?.[1], { grid: true, words: 12 }),
      marks,
    });
  const real = points(thin(rows, n), { colour: colours.train, opacity: 0.75 });
  const drawn = points(shown, { colour: colours.model, opacity: 0.75 });
  return html`<section>
    <h2>Samples beside data</h2>
    <p>
      The inverse of the network turns Gaussian noise into new rows. With a perfect model, nobody could tell
      the two panels apart.
    </p>
    <div class="panels">
      <figure>
        ${panel([real])}
        <figcaption><b>Data.</b> ${count(n, 'row')} of the table.</figcaption>
      </figure>
      <figure>
        ${panel([drawn])}
        <figcaption>
          <b>Samples.</b> As many rows from the
          model${outside > 0 && `, ${outside} of them outside the frame`}.
        </figcaption>
      </figure>
    </div>
  </section>`;
}

const within = (value: number, [low, high]: Range) => value >= low && value <= high;
