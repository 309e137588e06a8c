import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../src/contactSheet';
import type { ImageReportData } from '../src/imageData';
import type { Pictures } from '../src/pictures';
import { renderImageReport } from '../src/renderImageReport';
import { imageSummary } from '../src/sections/image/headline';
import {
  classifyReport,
  colourPictures,
  densityReport,
  digitPictures,
  hybridReport,
  manyClassesReport,
} from './imageReportSamples';

const open = (report: ImageReportData) => parseHTML(renderImageReport(report)).document;

type Page = ReturnType<typeof open>;

const words = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();

/** The section of a heading. */
function section(page: Page, heading: string) {
  return Array.from(page.querySelectorAll('section')).find(
    (element) => element.querySelector('h2')!.textContent === heading,
  )!;
}

const text = (page: Page, heading: string) => words(section(page, heading).textContent);

/** The images of a section as their files have them. */
function sheets(page: Page, heading: string) {
  return Array.from(section(page, heading).querySelectorAll('img'), (image) =>
    decode(Buffer.from(image.getAttribute('src')!.split(',')[1]!, 'base64')),
  );
}

/**
 * A contact sheet cut into its pictures again; throws where a magnified pixel has two values or a
 * gap is not grey.
 */
function cut(
  { width, height, channels, data }: ReturnType<typeof decode>,
  [h, w, c]: Pictures['shape'],
  { scale, count }: { scale: number; count: number },
): number[] {
  expect(channels).toBe(c);
  const at = (y: number, x: number) =>
    Array.from(data.subarray((y * width + x) * c, (y * width + x + 1) * c));
  const [down, across] = [h * scale + 1, w * scale + 1];
  const columns = (width + 1) / across;
  const values: number[] = [];
  let odd = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = Math.floor(y / down) * columns + Math.floor(x / across);
      const [v, u] = [y % down, x % across];
      const pixel = at(y, x);
      if (v === h * scale || u === w * scale || place >= count)
        odd += pixel.filter((value) => value !== 128).length;
      else
        pixel.forEach((value, k) => {
          const i = ((place * h + Math.floor(v / scale)) * w + Math.floor(u / scale)) * c + k;
          odd += Number((values[i] ??= value) !== value);
        });
    }
  }
  expect(odd).toBe(0);
  return values;
}

/** Every string of a report, whatever it is for, with `text` behind it. */
function poisoned<T>(value: T, text: string): T {
  if (typeof value === 'string') return `${value}${text}` as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item as unknown, text)) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'task' ? (item as unknown) : poisoned(item as unknown, text),
    ]),
  ) as T;
}

/** What every report has to show. */
const bare = (): ImageReportData => {
  const { classification, training, reconstructions, config, ...rest } = classifyReport();
  void [classification, training, reconstructions, config];
  return { ...rest, classes: [] };
};

const reports: [string, ImageReportData, string[]][] = [
  [
    'a classifier with a density',
    hybridReport(),
    ['How good is it?', 'Samples beside real images', 'What is taken for what', 'Mistakes', 'There and back', 'From one image to another', 'The most unusual images', 'Training', 'Why it is invertible', 'Singular values'], // prettier-ignore
  ],
  [
    'a density of colour images',
    densityReport(),
    ['How good is it?', 'Samples beside real images', 'There and back', 'Training', 'Why it is invertible', 'Singular values'], // prettier-ignore
  ],
  [
    'a classifier without normalization',
    classifyReport(),
    ['How good is it?', 'What is taken for what', 'There and back', 'Training', 'Nothing is guaranteed'],
  ],
  [
    'a classifier of a hundred classes',
    manyClassesReport(),
    ['How good is it?', 'What is taken for what', 'There and back', 'Training', 'Nothing is guaranteed'],
  ],
  ['no more than it must', bare(), ['How good is it?', 'Nothing is guaranteed']],
];

describe.each(reports)('the page of %s', (_name, report, headings) => {
  const page = renderImageReport(report);
  const { document } = parseHTML(page);

  it('has a section for each part of the data and no other', () =>
    expect(Array.from(document.querySelectorAll('h2'), (heading) => heading.textContent)).toEqual(headings));

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
    expect(
      document.querySelector('meta[http-equiv=Content-Security-Policy]')!.getAttribute('content'),
    ).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:$/);
  });

  it('tells who cannot see an image what is on it', () => {
    for (const image of Array.from(document.querySelectorAll('img')))
      expect(image.getAttribute('alt')).toMatch(/\w/);
  });

  it('shows numbers, never the words that stand for the lack of one', () => {
    const main = document.querySelector('main')!;
    main.querySelector('footer')?.remove();
    expect(main.textContent).not.toMatch(/NaN|undefined|null|\[object|Infinity/);
  });

  it('is the same from a copy of the data, and each time', () =>
    expect(renderImageReport(structuredClone(report))).toBe(page));

  it('shows hostile text as text, wherever it stands', () => {
    const attack = `<img src=x onerror=alert(1)>"'></svg></style></title></pre><script>alert(2)</script>&amp;`;
    const hostile = open(poisoned(report, attack));
    const whole = open(report);
    expect(hostile.querySelectorAll('script')).toHaveLength(0);
    for (const element of Array.from(hostile.querySelectorAll('*'))) {
      for (const { name } of Array.from(element.attributes)) expect(name).not.toMatch(/^on/);
    }
    const tags = (root: Page) =>
      ['section', 'svg', 'img', 'table', 'tr', 'figure'].map((tag) => root.querySelectorAll(tag).length);
    expect(tags(hostile)).toEqual(tags(whole));
    expect(hostile.querySelector('h1')!.textContent).toBe(report.title + attack);
    expect(words(hostile.querySelector('pre')!.textContent)).toBe(words(report.command + attack));
  });
});

describe('headline', () => {
  it('says what came out in words', () => {
    expect(words(imageSummary(hybridReport()))).toBe(
      'A neural network that runs in both directions: forwards it names the class of an image and says how probable it is, ' +
        'backwards it turns noise into new images. Its 51,234 parameters learned that from 1,438 images in 700 steps. On 359 ' +
        'images that it never saw, it is right 97.21 ± 0.87 % of the time, and it needs 1.844 ± 0.012 bits for each value of a ' +
        'pixel (a model that knows nothing needs 4.09). It is proven to have an inverse. 359 images went to the latent space and ' +
        'back: their pixels are off by at most 4.7 × 10⁻⁶ of the range of a pixel.',
    );
  });

  it('shows the numbers to remember, and the command', () => {
    const page = open(hybridReport());
    const tiles = Array.from(page.querySelectorAll('.tile b'), (tile) => words(tile.textContent));
    expect(tiles).toEqual(['97.21 ± 0.87 %', '1.844 ± 0.012', '4.7 × 10⁻⁶', 'yes']);
    expect(page.querySelector('header code')!.textContent).toBe(hybridReport().command);
  });

  it.each([
    ['without normalization', classifyReport(), 'it was trained without normalization'],
    ['with a block that is not proven to contract', manyClassesReport(), 'not every part is proven'],
  ])('promises nothing of a network %s', (_name, report, why) => {
    const summary = imageSummary(report);
    expect(summary).toContain(`Nothing guarantees that it can run backwards: ${why}.`);
    expect(summary).not.toMatch(/both directions|It is proven/);
    const page = open(report);
    const last = Array.from(page.querySelectorAll('.tile')).at(-1)!;
    expect(Array.from(last.children, (part) => words(part.textContent))).toEqual(['no', 'proven invertible']);
    expect(text(page, 'There and back')).toContain('Nothing is guaranteed here');
    expect(page.querySelector('main')!.textContent).not.toContain('Proven:');
  });
});

it('puts each figure beside what a model without knowledge reaches', () => {
  const figures = text(open(hybridReport()), 'How good is it?');
  // 17 levels: log₂ 17 = 4.087; of 350 images 41 are of the class 2.
  expect(figures).toContain(
    '340 of 350 held-out images are right; the most frequent class alone gives 11.7 %',
  );
  expect(figures).toContain('a uniform density over 17 levels gives 4.09');
  for (const number of ['1.844 ± 0.012', '62.1 ± 0.9 nats', '11.40', '51,234'])
    expect(figures).toContain(number);
});

describe('images', () => {
  const hybrid = open(hybridReport());
  const density = open(densityReport());

  it('are drawn and real ones, pixel by pixel', () => {
    const { drawn, real } = hybridReport().samples!;
    const found = sheets(hybrid, 'Samples beside real images').map((png) =>
      cut(png, drawn.shape, { scale: 5, count: 36 }),
    );
    expect(found).toEqual([Array.from(drawn.values), Array.from(real.values)]);
  });

  it('may have three channels', () => {
    const { drawn, real } = densityReport().samples!;
    const found = sheets(density, 'Samples beside real images').map((png) =>
      cut(png, drawn.shape, { scale: 1, count: 16 }),
    );
    expect(found).toEqual([Array.from(drawn.values), Array.from(real.values)]);
  });

  it('are paths, one a row', () => {
    const { rows, steps } = hybridReport().interpolations!;
    const [png] = sheets(hybrid, 'From one image to another');
    expect(png!.width).toBe(steps * 41 - 1);
    expect(cut(png!, rows.shape, { scale: 5, count: 54 })).toEqual(Array.from(rows.values));
  });

  it.each([
    ['Mistakes', hybridReport().classification!.mistakes!.pictures],
    ['The most unusual images', hybridReport().unusual!.pictures],
  ])('of the section “%s” are each its own', (heading, { shape, values }) => {
    const found = sheets(hybrid, heading).flatMap((png) => cut(png, shape, { scale: 5, count: 1 }));
    expect(found).toEqual(Array.from(values));
  });

  it('stand above what came back of them', () => {
    const { originals } = hybridReport().reconstructions!;
    sheets(hybrid, 'There and back').forEach((png, i) => {
      const one = Array.from(originals.values.subarray(64 * i, 64 * (i + 1)));
      expect(cut(png, originals.shape, { scale: 5, count: 2 })).toEqual([...one, ...one]);
    });
    expect(text(hybrid, 'There and back')).toContain(
      'At 8 bits no pixel differs, so there is no map of errors.',
    );
  });

  it('have a map of errors, amplified as far as no error clips', () => {
    const { originals, back } = densityReport().reconstructions!;
    const found = sheets(density, 'There and back');
    expect(found).toHaveLength(6);
    found.forEach((png, i) => {
      const part = ({ values }: Pictures) => Array.from(values.subarray(3072 * i, 3072 * (i + 1)));
      // The largest error is 3 levels: 100 × 3 would not fit into a byte.
      const map = [150, 50, ...new Array<number>(3070).fill(0)];
      expect(cut(png, originals.shape, { scale: 1, count: 3 })).toEqual([
        ...part(originals),
        ...part(back),
        ...map,
      ]);
    });
    expect(text(density, 'There and back')).toContain('amplified × 50.');
  });

  it('keep their pixels sharp', () => {
    const page = renderImageReport(hybridReport());
    expect(page).toContain('img.pixels { image-rendering: pixelated;');
    for (const image of Array.from(hybrid.querySelectorAll('img'))) expect(image.className).toBe('pixels');
  });
});

it('writes the error of each reconstruction, and its bound where one is proven', () => {
  const proven = text(open(hybridReport()), 'There and back');
  for (const number of ['4.7 × 10⁻⁶', '1.5 × 10⁻⁶', '2.4 × 10⁻⁶', '3.0 × 10⁻⁵', '182 evaluations'])
    expect(proven).toContain(number);
  const open_ = text(open(classifyReport()), 'There and back');
  expect(open_).toContain('Not all of 359 held-out images came back as numbers.');
  expect(open_).toContain('not a number');
  expect(open_).not.toContain('bound');
});

it('names mistakes by truth, answer and probability, and unusual images by their bits', () => {
  const page = open(hybridReport());
  const captions = (heading: string) =>
    Array.from(section(page, heading).querySelectorAll('figcaption'), (caption) =>
      words(caption.textContent),
    );
  expect(captions('Mistakes')[0]).toBe('8 → 399.1 %');
  expect(section(page, 'Mistakes').querySelector('img')!.getAttribute('alt')).toBe('8, taken for 3');
  expect(captions('The most unusual images').slice(0, 2)).toEqual(['3.22', '3.17']);
});

describe('confusion matrix', () => {
  const cells = (page: Page) =>
    Array.from(section(page, 'What is taken for what').querySelectorAll('.confusion tbody tr'), (row) =>
      Array.from(row.querySelectorAll('td'), (cell) => words(cell.textContent)),
    );

  it.each([
    ['ten', hybridReport()],
    ['a hundred', manyClassesReport()],
  ])('has the counts of %s classes as text, and the share that is right', (_name, report) => {
    const { confusion } = report.classification!;
    const expected = confusion.map((row, i) => {
      const all = row.reduce((a, b) => a + b);
      return [
        ...row.map((n) => (n === 0 ? '' : String(n))),
        `${Number(((100 * row[i]!) / all).toPrecision(3))} %`,
      ];
    });
    expect(cells(open(report))).toEqual(expected);
  });

  it('is a table that can be read aloud', () => {
    const table = section(open(hybridReport()), 'What is taken for what').querySelector('table.confusion')!;
    expect(table.querySelectorAll('th[scope=col]')).toHaveLength(12);
    expect(Array.from(table.querySelectorAll('th[scope=row]'), (th) => th.textContent)).toEqual(
      hybridReport().classes,
    );
    expect(table.querySelector('caption')).not.toBeNull();
  });

  it('shades by the share of the row', () => {
    const report = hybridReport();
    const confusion = [[3, 1], [0, 40]]; // prettier-ignore
    const page = open({
      ...report,
      classes: ['a', 'b'],
      classification: { accuracy: 1, standardError: 0, confusion },
    });
    const shades = Array.from(page.querySelectorAll('.confusion td[style]'), (cell) => [
      cell.className,
      cell.getAttribute('style'),
    ]);
    // 45 √¾ = 39.0, 45 √¼ = 22.5, 45 √1.
    expect(shades).toEqual([['right', '--shade:39%'], ['wrong', '--shade:23%'], ['right', '--shade:45%']]); // prettier-ignore
  });

  it('of many classes is folded below the most frequent mistakes', () => {
    const part = section(open(manyClassesReport()), 'What is taken for what');
    expect(part.querySelector('details table.confusion')).not.toBeNull();
    const first = Array.from(part.querySelector('table')!.querySelectorAll('tbody tr')[0]!.children, (cell) =>
      words(cell.textContent),
    );
    // The row of class 2 has 34 right, 7 taken for 3 and three others.
    expect(first).toEqual(['kind of thing 2', 'kind of thing 3', '7', '15.9 %']);
  });
});

it('draws the curves with their units', () => {
  const hybrid = text(open(hybridReport()), 'Training');
  for (const word of [
    'loss, nats',
    'learning rate',
    'bits/dim',
    '1.840 at the end',
    'accuracy, %',
    '97.1 % at the end',
  ])
    expect(hybrid).toContain(word);
  expect(text(open(densityReport()), 'Training')).toContain('loss, bits/dim');
  expect(text(open(densityReport()), 'Training')).not.toContain('accuracy');
});

it('draws no curve through what is not a number', () => {
  const report = classifyReport();
  const accuracy = { step: [100, 200, 300], value: [0.5, NaN, 0.9] };
  const page = open({ ...report, training: { ...report.training!, accuracy } });
  expect(section(page, 'Training').querySelectorAll('circle')).toHaveLength(2);
});

describe('certificate', () => {
  it('has what is proven of each block and of all', () => {
    const page = open(hybridReport());
    const rows = Array.from(section(page, 'Why it is invertible').querySelectorAll('tbody tr'), (row) =>
      Array.from(row.children, (cell) => words(cell.textContent)),
    );
    // 1/(1 − 0.93) = 14.29, ln 1e-6 / ln 0.93 = 190.4,
    // ∏ (1 + L) = (1.93 · 1.89 · 1.85 · 1.81)² = 149.2.
    expect(rows[0]).toEqual(['0', '0.9300', '14.29', '191', '0.019']);
    expect(rows.at(-1)).toEqual(['all blocks', '∏ (1 + L) = 149.2', '2.1 × 10⁷', '', '0.14']);
    const said = text(page, 'Why it is invertible');
    expect(said).toContain('in at most 191 steps a block');
    // 0.02 · 2 (0.93 + 0.89 + 0.85 + 0.81) = 0.1392 nats; by 64 ln 2.
    expect(said).toContain('at most 0.14 nats an image, 0.0031 bits/dim');
    expect(said).toContain('Not proven:');
  });

  it('says that nothing is known of a block whose bound reaches 1', () => {
    const page = open(manyClassesReport());
    const part = section(page, 'Nothing is guaranteed');
    expect(words(part.textContent)).toContain('Not every part is proven');
    expect(words(part.querySelector('li')!.textContent)).toBe(
      'block 1: expected a Lipschitz bound below 1, got 1.20000',
    );
    const row = Array.from(part.querySelectorAll('tbody tr')[1]!.children, (cell) => words(cell.textContent));
    expect(row).toEqual(['1', '1.200', 'none', 'none', 'none']);
  });
});

it('puts the coefficient of the configuration as a line behind the singular values', () => {
  const lines = (report: ImageReportData) =>
    section(open(report), 'Singular values').querySelectorAll('[stroke-dasharray]').length;
  const report = hybridReport();
  expect(lines(report)).toBe(1);
  expect(text(open(report), 'Singular values')).toContain('keeps it at 0.9 or below');
  expect(text(open(report), 'Singular values')).toContain('block 7, layer 2');
  for (const config of [undefined, null, 'none', { model: 3 }, { model: { flow: { coefficient: null } } }])
    expect(lines({ ...report, config })).toBe(0);
});

describe('mistakes of the caller', () => {
  const short = { ...digitPictures(0, 2), count: 3 };

  it('are pictures with missing pixels, wherever they are', () => {
    const report = hybridReport();
    const { samples, reconstructions, interpolations, unusual, classification } = report;
    const wrong: ImageReportData[] = [
      { ...report, samples: { ...samples!, drawn: short } },
      { ...report, samples: { ...samples!, real: short } },
      { ...report, reconstructions: { ...reconstructions!, originals: short } },
      { ...report, reconstructions: { ...reconstructions!, back: short } },
      { ...report, interpolations: { ...interpolations!, rows: short } },
      { ...report, unusual: { ...unusual!, pictures: short } },
      {
        ...report,
        classification: {
          ...classification!,
          mistakes: { ...classification!.mistakes!, pictures: short },
        },
      },
    ];
    const what = 'report.renderImageReport: expected 192 values for 3 pictures of 8 × 8 × 1, got 128';
    for (const each of wrong) expect(() => renderImageReport(each)).toThrow(new RangeError(what));
  });

  it('are pictures of two channels', () => {
    const pictures: Pictures = { count: 1, shape: [1, 1, 2], values: new Uint8Array(2) };
    const what = 'report.contactSheet: expected pictures of 1 or 3 channels, got 2';
    expect(() => contactSheet(pictures, { columns: 1 })).toThrow(new RangeError(what));
  });
});

describe('contact sheet', () => {
  const sets: [string, Pictures][] = [
    ['grey', digitPictures(10, 7)],
    ['of three channels', colourPictures(3, 7)],
  ];

  it.each(sets)('%s has every pixel at its place, and grey where there is none', (_name, pictures) => {
    for (const scale of [1, 2, 3]) {
      const png = decode(contactSheet(pictures, { columns: 3, scale }));
      expect([png.width, png.height, png.depth]).toEqual([
        3 * (8 * scale + 1) - 1,
        3 * (8 * scale + 1) - 1,
        8,
      ]);
      expect(cut(png, pictures.shape, { scale, count: 7 })).toEqual(Array.from(pictures.values));
    }
  });

  it('is no wider than its pictures, and has gaps as wide as asked for', () => {
    const pictures = digitPictures(0, 2);
    expect(decode(contactSheet(pictures, { columns: 9 }))).toMatchObject({ width: 17, height: 8 });
    const tight = decode(contactSheet(pictures, { columns: 1, gap: 0 }));
    expect(tight).toMatchObject({ width: 8, height: 16 });
    expect(Array.from(tight.data)).toEqual(Array.from(pictures.values));
  });
});
