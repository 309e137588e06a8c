import type { ReportData } from './data';
import { html } from './html';
import { Html } from './html';
import { density } from './sections/density';
import { figures } from './sections/figures';
import { headline } from './sections/headline';
import { lipschitz } from './sections/lipschitz';
import { pairs } from './sections/pairs';
import { samples } from './sections/samples';
import { training } from './sections/training';
import { unusual } from './sections/unusual';
import { warp } from './sections/warp';
import { css } from './style';

/** The order of the page. Each part is left out when its data is not there. */
const sections = [headline, figures, density, samples, pairs, warp, unusual, training, lipschitz];

/**
 * One HTML file that shows a run: text, tables, SVG plots and PNG maps.
 *
 * It needs no network and no script, and its content policy forbids both; every name and text of `report` is escaped. The same data
 * gives the same bytes. Takes about a second.
 */
export function renderReport(report: ReportData): string {
  const config =
    report.config !== undefined &&
    html`<footer>
      <details>
        <summary>Configuration</summary>
        <pre>${JSON.stringify(report.config, null, 2)}</pre>
      </details>
    </footer>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${report.title}</title>
        <style>
          ${new Html(css)}
        </style>
      </head>
      <body>
        <main>${sections.map((section) => section(report))} ${config}</main>
      </body>
    </html> `.text;
}
