import { formatDuration, formatNumber } from '../format';
import type { ReportHead, Split } from '../head';
import { html, type Content, type Html } from '../html';

/** The parts of a {@link banner} that differ between a table and images. */
export interface Banner {
  /** A few words above the title. */
  readonly kind: string;
  readonly summary: string;
  /** The most important numbers, each with its meaning. */
  readonly tiles: readonly (readonly [string, string])[];
  /** Terms and values about the data. Those about the run are added here. */
  readonly facts: readonly (readonly [string, string])[];
}

/**
 * The top of a page: title, summary, the most important numbers, and the command that makes the run
 * again.
 */
export function banner(report: ReportHead, { kind, summary, tiles, facts }: Banner): Html {
  const { title, command, date } = report;
  return html`<header>
    <p class="eyebrow">${kind}${date && ` · ${date.slice(0, 16).replace('T', ' ')}`}</p>
    <h1>${title}</h1>
    <p class="summary">${summary}</p>
    <div class="tiles">
      ${tiles.map(([value, label]) => html`<div class="tile"><b>${value}</b><span>${label}</span></div>`)}
    </div>
    ${
      command !== undefined &&
      html`<p class="note">This command makes the run again:</p>
        <pre><code>${words(command)}</code></pre>`
    }
    <dl>
      ${[...facts, ...runFacts(report)].map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

/** `150 train, 20 validation, 50 held out`. */
export function splitText({ train, validation, heldOut }: Split): string {
  return [
    `${formatNumber(train)} train`,
    ...(validation === undefined ? [] : [`${formatNumber(validation)} validation`]),
    `${formatNumber(heldOut)} held out`,
  ].join(', ');
}

/** A command whose lines break only at its spaces: a browser would also break after a hyphen. */
function words(command: string): Content {
  return command.split(/(?<=\s)(?=\S)/).map((word) => html`<span>${word}</span>`);
}

/** Terms and values about the run. */
function runFacts({ seed, backend, wallSeconds, versions = {} }: ReportHead): [string, string][] {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const facts: [string, string | undefined][] = [
    ['Seed', seed === undefined ? undefined : String(seed)],
    ['Backend', backend],
    ['Time', wallSeconds === undefined ? undefined : formatDuration(wallSeconds)],
    ['Versions', named.length > 0 ? named.join(', ') : undefined],
  ];
  return facts.flatMap(([term, value]) => (value === undefined ? [] : [[term, value]]));
}
