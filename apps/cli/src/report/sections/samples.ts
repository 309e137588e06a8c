import type { ReportData } from '../data';
import { html, type Html } from '../html';
import { axis, draw, extent, points, thin } from '../plot';
import { colours } from '../style';

/** Points a panel. */
const MOST = 1500;

/** For two columns: data, samples and both, each on the same axes. */
export function samples({ points: data, columns, density }: ReportData): Html | undefined {
  if (!data || columns.length !== 2) return undefined;
  const rows = [...data.train, ...data.heldOut];
  const n = Math.min(MOST, rows.length, data.samples.length);
  const x = density?.x ?? extent([rows, data.samples], 0);
  const y = density?.y ?? extent([rows, data.samples], 1);
  const panel = (marks: ReturnType<typeof points>[]) =>
    draw({
      height: 346,
      x: axis(x, columns[0]!, { grid: true }),
      y: axis(y, columns[1]!, { grid: true }),
      marks,
    });
  const real = points(thin(rows, n), { colour: colours.train, opacity: 0.75 });
  const drawn = points(thin(data.samples, n), { colour: colours.model, opacity: 0.75 });
  return html`<section>
    <h2>Samples beside data</h2>
    <p>
      The inverse of the network turns Gaussian noise into new rows. Were the model perfect, one could not
      tell these panels apart.
    </p>
    <div class="panels">
      <figure>
        ${panel([real])}
        <figcaption><b>Data.</b> ${n.toLocaleString('en-US')} rows of the table.</figcaption>
      </figure>
      <figure>
        ${panel([drawn])}
        <figcaption><b>Samples.</b> As many rows drawn from the model.</figcaption>
      </figure>
    </div>
  </section>`;
}
