import { html, type Html } from '../html';

/** What stands at the head of a page. */
export interface Banner {
  /** A few words above the title. */
  readonly kind: string;
  readonly summary: string;
  /** Numbers to remember, each with what it is. */
  readonly tiles: readonly (readonly [string, string])[];
  /** Terms and values. */
  readonly facts: readonly (readonly [string, string])[];
}

/** The head of a page: title, summary, the numbers to remember, and how to make the run again. */
export function banner(
  report: { readonly title: string; readonly date: string; readonly command: string },
  { kind, summary, tiles, facts }: Banner,
): Html {
  const date = report.date.slice(0, 16).replace('T', ' ');
  return html`<header>
    <p class="eyebrow">${kind} · ${date}</p>
    <h1>${report.title}</h1>
    <p class="summary">${summary}</p>
    <div class="tiles">
      ${tiles.map(([value, label]) => html`<div class="tile"><b>${value}</b><span>${label}</span></div>`)}
    </div>
    <p class="note">To make this run again:</p>
    <pre><code>${report.command}</code></pre>
    <dl>
      ${facts.map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}
