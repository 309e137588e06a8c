import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Difference, ReportData, Score } from '../src/data';
import { formatDifference, formatDuration, formatNumber, formatTick, formatWithError } from '../src/format';
import { html, textOf } from '../src/html';
import { renderReport } from '../src/renderReport';
import { summary } from '../src/sections/headline';
import { shadedImage } from '../src/shadedImage';
import { colours } from '../src/style';
import { tableReport, toyReport, wideReport } from './reportSamples';

/** Text with plain spaces. */
const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ');

type Page = ReturnType<typeof parseHTML>['document'];

const headings = (page: Page) => Array.from(page.querySelectorAll('h2'), (heading) => heading.textContent);

/** Every string of a report, whatever it is for, with `text` behind it. */
function poisoned<T>(value: T, text: string): T {
  if (typeof value === 'string') return `${value}${text}` as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item as unknown, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'role' || key === 'kind' ? (item as unknown) : poisoned(item as unknown, text),
    ]),
  ) as T;
}

/** The fields that no report can do without. */
const bare = (): ReportData => {
  const { title, source, columns, rows, steps, parameters } = tableReport();
  return { title, source, columns, rows, steps, parameters, scores: [] };
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
  [
    'a table of words and numbers',
    { ...wideReport(2), columns: ['word', 'x'], kinds: [{ kind: 'category', values: [...'abcdefgh'] }, { kind: 'real' }] }, // prettier-ignore
    ['How good is it?', 'Samples beside data', 'The most unusual rows', 'Training', 'Why it is invertible'],
  ],
  ['no more than it must', bare(), ['How good is it?']],
];

describe.each(reports)('the page of %s', (_name, report, sections) => {
  const page = renderReport(report);
  const { document } = parseHTML(page);

  it('has a section for each part of the data and no other', () =>
    expect(headings(document)).toEqual(sections));

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
    // No tag closes early: the page has the same sections and plots.
    const tags = (root: typeof document) => [
      root.querySelectorAll('section').length,
      root.querySelectorAll('svg').length,
    ];
    expect(tags(hostile)).toEqual(tags(document));
    expect(hostile.querySelector('h1')!.textContent).toBe(report.title + text);
  });
});

describe('the training curves', () => {
  it('are whole where the validation lies above all batches', () => {
    const report = tableReport();
    const training = report.training!;
    const validation = { ...training.validation!, value: training.validation!.value.map((v) => v + 5) };
    const page = parseHTML(renderReport({ ...report, training: { ...training, validation } })).document;
    const drawn = Array.from(page.querySelectorAll(`[stroke="${colours.heldOut}"] path`));
    // Of a curve that is cut the points lie on one edge.
    const heights = drawn[0]!.getAttribute('d')!.split(/[ML]/).slice(1).map((point) => point.split(',')[1]); // prettier-ignore
    expect(new Set(heights).size).toBeGreaterThan(heights.length / 2);
  });
});

describe('summary', () => {
  it('says what came out in words', () => {
    expect(plain(summary(tableReport()))).toBe(
      'An invertible residual network of 51,234 parameters learned the density of 2 columns from 190 rows in 3,000 steps. ' +
        'On 55 rows that it never saw, the mean log-likelihood is −4.123 ± 0.097 nats a row: 0.59 above the Gaussian and no ' +
        'different from the kernel density within the error. Every block is proven to contract (the largest bound is 0.970), so ' +
        'the network has an inverse. Rows that went to the latent space and back are off by at most 3.1 × 10⁻⁶ ' +
        'standard deviations.',
    );
    expect(summary(toyReport())).toContain(
      '0.81 above the Gaussian and 0.027 below the true value (no model exceeds it on average).',
    );
  });

  it('gives a difference from an exact value the error of the model, and from another the paired one', () => {
    const exact = { label: 'True density', role: 'truth', value: -2.371 } as const;
    const model = { label: 'This model', role: 'model', value: -2.398, standardError: 0.02 } as const;
    expect(summary({ ...toyReport(), scores: [model, exact] })).toContain('no different from the true value');
    expect(plain(renderReport({ ...toyReport(), scores: [model, exact] }))).toContain('−0.027 ± 0.020');
    expect(plain(renderReport(toyReport()))).toContain('+0.8120 ± 0.0080');
  });

  describe('with a difference that is of fewer rows than the mean', () => {
    const model = { label: 'This model', role: 'model', value: -5, standardError: 0.1 } as const;
    const gaussian = (value: number, difference?: Difference): Score => ({
      label: 'Gaussian',
      role: 'baseline',
      value,
      standardError: 0.1,
      ...(difference && { difference }),
    });
    const paired = gaussian(-5.096, { value: 0.054, standardError: 0.044 });
    const report = { ...bare(), scores: [model, paired], completeRows: 52 };
    const dots = (scores: Score[]) =>
      Array.from(
        parseHTML(renderReport({ ...bare(), scores })).document.querySelectorAll('svg circle'),
        (dot) => dot.getAttribute('cx'),
      );

    it('tells that difference everywhere, and of which rows it is', () => {
      expect(summary(report)).toContain(
        'nats a row: on the 52 complete rows no different from the Gaussian within the error.',
      );
      const { document } = parseHTML(renderReport(report));
      const texts = (select: string) =>
        Array.from(document.querySelectorAll(select), ({ textContent }) => plain(textContent));
      expect(texts('.tile')[1]).toBe('+0.054 ± 0.044nats, model minus Gaussian, on the 52 complete rows');
      expect(texts('table.scores td.number').at(-1)).toBe('+0.054 ± 0.044');
      expect(texts('figcaption')[0]).toContain('of the 52 complete rows');
      expect(document.body.textContent).not.toContain('0.096');
    });

    it('draws it as the distance of the dots', () => {
      expect(dots([model, paired])).toHaveLength(2);
      expect(dots([model, paired])).toEqual(dots([model, gaussian(-5.054)]));
    });

    it('compares with nothing where no row is complete', () => {
      const none = gaussian(NaN, { value: NaN, standardError: NaN });
      const page = parseHTML(renderReport({ ...report, scores: [model, none], completeRows: 0 })).document;
      expect(page.querySelector('.summary')!.textContent).toContain('nats a row.');
      expect(page.querySelectorAll('.tile')).toHaveLength(1);
    });
  });

  it('claims no inverse where a bound reaches 1', () => {
    const report = { ...tableReport(), blocks: [{ label: '0', lipschitzBound: 1 }] };
    expect(summary(report)).not.toContain('proven');
    const page = parseHTML(renderReport(report)).document;
    expect(headings(page)).toContain('Not proven invertible');
    expect(headings(page)).not.toContain('Why it is invertible');
  });
});

describe('figures', () => {
  /** Label and value of each line of the last table of the first section. */
  const lines = (report: ReportData) =>
    Array.from(parseHTML(renderReport(report)).document.querySelectorAll('table.figures tr'), (row) =>
      Array.from(row.children, (cell) => plain(cell.textContent)).slice(0, 2),
    );

  it('are those given, those of the inverse, and the size of the run', () => {
    expect(lines(tableReport())).toEqual([
      ['Integral of the density', '0.9987'],
      ['Largest inverse error, data', '3.1 × 10⁻⁶'],
      ['Largest inverse error, latent', '4.4 × 10⁻⁶'],
      ['Proven bound of the inverse error', '8.7 × 10⁻⁶'],
      ['Evaluations to invert a block', '11.4'],
      ['Steps', '3,000'],
      ['Parameters', '51,234'],
    ]);
  });

  it('leave out what is not known', () => {
    expect(lines({ ...bare(), inverse: { rows: 3, largestError: 0.25 } }).map(([label]) => label)).toEqual([
      'Largest inverse error, data',
      'Steps',
      'Parameters',
    ]);
  });
});

describe('facts', () => {
  const facts = (report: ReportData) =>
    Array.from(parseHTML(renderReport(report)).document.querySelectorAll('dl > div'), ({ children }) =>
      Array.from(children, (part) => part.textContent).join(': '),
    );

  it('are about the data and the run', () => {
    expect(facts(tableReport())).toEqual([
      'Rows: 190 train, 27 validation, 55 held out',
      'Columns: eruptions, waiting',
      'Seed: 1',
      'Backend: wasm',
      'Time: 2 min',
      'Versions: @iresnet/cli 0.1.0, tfjs 4.22.0, node 22.1.0',
    ]);
  });

  it('of the run are left out where they are not known', () => {
    expect(facts(bare()).map((fact) => fact.split(':')[0])).toEqual(['Rows', 'Columns']);
    expect(parseHTML(renderReport(bare())).document.querySelector('header pre')).toBeNull();
  });
});

describe('a column that is not of numbers', () => {
  const kinds = [{ kind: 'category', values: ['north', 'southwest'] }, { kind: 'date' }, { kind: 'real' }];
  const rows = [[0, 0, 7], [1, 365, 8], [2, 3, NaN]]; // prettier-ignore
  const report: ReportData = {
    ...bare(),
    columns: ['region', 'day', 'size'],
    kinds,
    points: { train: rows, heldOut: rows, samples: rows },
    unusual: rows.map((values, i) => ({ row: i + 1, values, logDensity: -9 })),
  };
  const cells = (of: ReportData) =>
    Array.from(parseHTML(renderReport(of)).document.querySelectorAll('table:not(.figures) tbody tr'), (row) =>
      Array.from(row.children, ({ textContent }) => textContent).slice(1, -1),
    );

  it('has its words and dates in the table of unusual rows, and a dash for a gap', () => {
    const written = [['north', '1970-01-01', '7'], ['southwest', '1971-01-01', '8'], ['—', '1970-01-04', '—']]; // prettier-ignore
    expect(cells(report)).toEqual(written);
    expect(cells(JSON.parse(JSON.stringify(report)) as ReportData)).toEqual(written);
  });

  it('has its words at the ticks of all plots', () => {
    const ticks = (page: string) =>
      Array.from(parseHTML(page).document.querySelectorAll('svg text'), ({ textContent }) => textContent);
    expect(ticks(renderReport(report))).toEqual(expect.arrayContaining(['north', 'south…', '—', 'region']));
    const two = (row: readonly number[]) => row.slice(0, 2);
    const points = { train: rows.map(two), heldOut: [], samples: rows.map(two) };
    const { columns } = report;
    const narrow = { ...bare(), columns: columns.slice(0, 2), kinds: kinds.slice(0, 2), points };
    expect(ticks(renderReport(narrow))).toEqual(expect.arrayContaining(['north', 'south…', '—']));
  });
});

describe('mistakes of the caller', () => {
  const report = toyReport();
  const density = report.density!;
  const mistakes: [string, ReportData, string][] = [
    [
      'a row that is too short',
      { ...report, points: { ...report.points!, samples: [[1, 2], [3]] } },
      '2 values in each row of samples, one a column, got 1',
    ],
    [
      'an unusual row that is too long',
      { ...report, unusual: [{ row: 1, values: [1, 2, 3], logDensity: 0 }] },
      '2 values in each row of unusual, one a column, got 3',
    ],
    ['a column without a kind', { ...report, kinds: [{ kind: 'real' }] }, '2 kinds, one a column, got 1'],
    [
      'a grid with a missing cell',
      { ...report, density: { ...density, logDensity: density.logDensity.slice(1) } },
      '14400 values in a density of 120 × 120 cells, got 14399',
    ],
    [
      'a curve with a missing value',
      { ...report, training: { train: { step: [1, 2, 3], value: [3, 2] } } },
      'a value for each of the 3 steps of training.train, got 2',
    ],
  ];

  it.each(mistakes)('%s', (_name, wrong, what) => {
    const message = `report.renderReport: expected ${what}`;
    expect(() => renderReport(wrong)).toThrow(new RangeError(message));
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
      plain(formatNumber(v)),
    ),
  ).toEqual(
    ['0', '1', '−2.346', '12,345', '0.001235', '1.5 × 10⁻⁷', '2.0 × 10¹²', '123,457', '−∞', '−∞'], // prettier-ignore
  );
  expect(plain(formatWithError(-4.12345, 0.0971))).toBe('−4.123 ± 0.097');
  expect(formatWithError(1234.5, 12)).toBe('1235\u00a0±\u00a012'); // no line break within a number
  expect(formatWithError(2, undefined)).toBe('2');
  expect(plain(formatDifference({ value: 0.5, standardError: 0.1 }))).toBe('+0.50 ± 0.10');
  expect([0, 0.1 + 0.2, -1500, 2e6, 1e-5].map(formatTick)).toEqual(['0', '0.3', '−1500', '2e6', '1e-5']);
  expect([3.21, 89, 143, 7300].map(formatDuration)).toEqual(['3.2 s', '89 s', '2 min', '2 h 2 min']);
});

it('escapes what it puts into markup, but markup itself', () => {
  expect(textOf(html`<b title="${'"'}">${'<&>'}${html`<i>${1}</i>`}${[undefined, false, "'"]}</b>`)).toBe(
    '<b title="&quot;">&lt;&amp;&gt;<i>1</i>&#39;</b>',
  );
  expect(textOf(html`${'\x1b[2Ja\n\x9b\0'}`)).toBe('\ufffd[2Ja\n\ufffd\ufffd');
});
