import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../src/report/data';
import {
  formatDifference,
  formatDuration,
  formatNumber,
  formatTick,
  formatWithError,
} from '../src/report/format';
import { html } from '../src/report/html';
import { shadedImage } from '../src/report/image';
import { renderReport } from '../src/report/renderReport';
import { summary } from '../src/report/sections/headline';
import { tableReport, toyReport, wideReport } from './reportSamples';

const headings = (page: string) =>
  Array.from(parseHTML(page).document.querySelectorAll('h2'), (heading) => heading.textContent);

/** Every string of a report, whatever it is for, with `text` behind it. */
function poisoned<T>(value: T, text: string): T {
  if (typeof value === 'string') return `${value}${text}` as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item as unknown, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'role' ? (item as unknown) : poisoned(item as unknown, text),
    ]),
  ) as T;
}

/** What every report has to show. */
const bare = (): ReportData => {
  const { density, points, warpedGrid, training, unusual, blocks, inverse, config, ...rest } = tableReport();
  void [density, points, warpedGrid, training, unusual, blocks, inverse, config];
  return { ...rest, scores: [], figures: [] };
};

const reports: [string, ReportData, string[]][] = [
  [
    'a table of two columns',
    tableReport(),
    ['How good is it?', 'The density', 'Samples beside data', 'How the flow bends space', 'The most unusual rows', 'Training', 'Why it is invertible'], // prettier-ignore
  ],
  [
    'a set of known density',
    toyReport(),
    ['How good is it?', 'The density', 'Samples beside data', 'How the flow bends space', 'Training', 'Why it is invertible'], // prettier-ignore
  ],
  [
    'a table of four columns',
    wideReport(4),
    ['How good is it?', 'Samples beside data', 'The most unusual rows', 'Training', 'Why it is invertible'],
  ],
  [
    'a table of one column',
    wideReport(1),
    ['How good is it?', 'Samples beside data', 'The most unusual rows', 'Training', 'Why it is invertible'],
  ],
  ['no more than it must', bare(), ['How good is it?']],
];

describe.each(reports)('the page of %s', (_name, report, sections) => {
  const page = renderReport(report);
  const { document } = parseHTML(page);

  it('has a section for each part of the data and no other', () => expect(headings(page)).toEqual(sections));

  it('is one file: no script, no request, below a megabyte', () => {
    expect(page.length).toBeLessThan(1e6);
    expect(document.querySelectorAll('script, link, iframe, object, embed')).toHaveLength(0);
    for (const element of Array.from(document.querySelectorAll('*'))) {
      for (const { name, value } of Array.from(element.attributes)) {
        expect(name).not.toMatch(/^on/);
        if (['href', 'src', 'xlink:href'].includes(name)) expect(value).toMatch(/^data:image\/png;base64,/);
      }
    }
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import/);
  });

  it('shows numbers, never the words that stand for the lack of one', () =>
    expect(document.querySelector('main')!.textContent).not.toMatch(/NaN|undefined|null|\[object/));

  it('is the same from data that went through JSON, and each time', () => {
    expect(renderReport(JSON.parse(JSON.stringify(report)) as ReportData)).toBe(page);
  });

  it('shows hostile text as text, wherever it stands', () => {
    const text = `<img src=x onerror=alert(1)>"'></svg></style></title></pre><script>alert(2)</script>&amp;`;
    const hostile = parseHTML(renderReport(poisoned(report, text))).document;
    expect(hostile.querySelectorAll('img, script')).toHaveLength(0);
    for (const element of Array.from(hostile.querySelectorAll('*'))) {
      for (const { name } of Array.from(element.attributes)) expect(name).not.toMatch(/^on/);
    }
    // No tag closes early: the page holds the same elements, but for the text of an axis that is measured or cut.
    const tags = (root: typeof document) => [
      root.querySelectorAll('section').length,
      root.querySelectorAll('svg').length,
    ];
    expect(tags(hostile)).toEqual(tags(document));
    expect(hostile.querySelector('h1')!.textContent).toBe(report.title + text);
  });
});

describe('summary', () => {
  it('says what came out in words', () => {
    expect(summary(tableReport())).toBe(
      'An invertible residual network of 51,234 parameters learned the density of 2 columns from 190 rows in 3,000 steps. ' +
        'On 55 rows that it never saw, the mean log-likelihood is −4.123 ± 0.097 nats a row: 0.59 above the Gaussian and no ' +
        'different from the kernel density within the error. Every block is proven to contract (largest bound 0.970), so the map ' +
        'has an inverse. Mapped to the latent space and back, 500 rows returned to within 3.1 × 10⁻⁶.',
    );
    expect(summary(toyReport())).toContain(
      '0.81 above the Gaussian and 0.027 below the true value (which no model exceeds on average).',
    );
  });

  it('gives a difference from an exact value the error of the model, and from another the paired one', () => {
    const exact = { label: 'True density', role: 'truth', value: -2.371 } as const;
    const model = { label: 'This model', role: 'model', value: -2.398, standardError: 0.02 } as const;
    expect(summary({ ...toyReport(), scores: [model, exact] })).toContain('no different from the true value');
    expect(renderReport({ ...toyReport(), scores: [model, exact] })).toContain('−0.027 ± 0.020');
    expect(renderReport(toyReport())).toContain('+0.8120 ± 0.0080');
  });

  it('claims no inverse where a bound reaches 1', () => {
    const report = { ...tableReport(), blocks: [{ label: '0', lipschitzBound: 1 }] };
    expect(summary(report)).not.toContain('proven');
    expect(renderReport(report)).toContain('nothing is proven about that block');
  });
});

describe('heat map', () => {
  it('puts the first value at the lower left, in the colours of viridis', () => {
    const uri = shadedImage([0, 1, 0.75, 0.5, -3, 0.25], 2, 3);
    const { width, height, data } = decode(Buffer.from(uri.split(',')[1]!, 'base64'));
    expect([width, height]).toEqual([2, 3]);
    // The five colours by which viridis is quoted: #440154, #3b528b, #21918c, #5ec962, #fde725.
    const [purple, blue, teal, green, yellow] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]; // prettier-ignore
    const expected = [purple, blue, green, teal, purple, yellow].flat();
    // A quarter falls between two of 256 entries.
    expected.forEach((level, i) => expect(Math.abs(data[i]! - level!)).toBeLessThanOrEqual(2));
  });

  it('gives model and truth one scale', () => {
    const report = toyReport();
    const same = { ...report, density: { ...report.density!, trueLogDensity: report.density!.logDensity } };
    const images = [...renderReport(same).matchAll(/data:image\/png;base64,[^"]+/g)].map(([uri]) => uri);
    // Model, its bar, truth, its bar, logarithm, its bar.
    expect(images).toHaveLength(6);
    expect(images[2]).toBe(images[0]);
    const higher = {
      ...report.density!,
      trueLogDensity: report.density!.logDensity.map((v) => (v === null ? v : v + 1)),
    };
    const [model, , truth] = [
      ...renderReport({ ...report, density: higher }).matchAll(/base64,([^"]+)/g),
    ].map(([, png]) => decode(Buffer.from(png!, 'base64')).data);
    // With a truth e times higher, only the truth reaches the bright end.
    const brightest = (data: ArrayLike<number>) => Array.from(data).filter((_, i) => i % 3 === 0).reduce((a, b) => Math.max(a, b)); // prettier-ignore
    expect(brightest(truth!)).toBe(253);
    expect(brightest(model!)).toBeLessThan(75);
  });
});

it('writes numbers for people', () => {
  expect(
    [0, 1, -2.3456789, 12345, 0.00123456, 1.5e-7, 2e12, 123456.7, null, -Infinity].map((v) =>
      formatNumber(v),
    ),
  ).toEqual(
    ['0', '1', '−2.346', '12,345', '0.001235', '1.5 × 10⁻⁷', '2.0 × 10¹²', '123,457', '−∞', '−∞'], // prettier-ignore
  );
  expect(formatWithError(-4.12345, 0.0971)).toBe('−4.123 ± 0.097');
  expect(formatWithError(1234.5, 12)).toBe('1235 ± 12');
  expect(formatWithError(2, undefined)).toBe('2');
  expect(formatDifference({ value: 0.5, error: 0.1 })).toBe('+0.50 ± 0.10');
  expect([0, 0.1 + 0.2, -1500, 2e6, 1e-5].map(formatTick)).toEqual(['0', '0.3', '−1500', '2e6', '1e-5']);
  expect([3.21, 89, 143, 7300].map(formatDuration)).toEqual(['3.2 s', '89 s', '2 min', '2 h 2 min']);
});

it('escapes what it puts into markup, but markup itself', () => {
  expect(html`<b title="${'"'}">${'<&>'}${html`<i>${1}</i>`}${[undefined, false, "'"]}</b>`.text).toBe(
    '<b title="&quot;">&lt;&amp;&gt;<i>1</i>&#39;</b>',
  );
});
