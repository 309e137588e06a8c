import { createRng } from '@iresnet/core';
import { digits } from '@iresnet/datasets';
import type { Curve } from '../src/curves';
import type { ImageReportData, LayerFigures } from '../src/imageData';
import type { Pictures } from '../src/pictures';

const { values: ink, labels } = digits();

/** Digits of the set as pictures of 8 × 8 bytes. */
export function digitPictures(first: number, count: number): Pictures {
  const shape = [8, 8, 1] as const;
  const values = Uint8Array.from(ink.subarray(64 * first, 64 * (first + count)), (k) =>
    Math.round((255 * k) / 16),
  );
  return { count, shape, values };
}

/** Pictures changed value by value. */
function changed(pictures: Pictures, change: (value: number, i: number) => number): Pictures {
  return { ...pictures, values: pictures.values.map(change) };
}

/** Digits that turn into the next one, `steps` pictures a row. */
function paths(rows: number, steps: number): Pictures {
  const [from, to] = [digitPictures(0, rows), digitPictures(20, rows)];
  const values = Uint8Array.from({ length: rows * steps * 64 }, (_, i) => {
    const row = Math.floor(i / (steps * 64));
    const share = (Math.floor(i / 64) % steps) / (steps - 1);
    const pixel = row * 64 + (i % 64);
    return (1 - share) * from.values[pixel]! + share * to.values[pixel]!;
  });
  return { count: rows * steps, shape: from.shape, values };
}

/** Pictures of three channels: digits in a colour of their own on another. */
export function colourPictures(first: number, count: number, side = 8): Pictures {
  const grey = digitPictures(first, count);
  const scale = side / 8;
  const values = Uint8Array.from({ length: count * side * side * 3 }, (_, i) => {
    const [k, pixel, picture] = [i % 3, Math.floor(i / 3) % (side * side), Math.floor(i / (3 * side * side))];
    const [y, x] = [Math.floor(pixel / side / scale), Math.floor((pixel % side) / scale)];
    const share = grey.values[picture * 64 + 8 * y + x]! / 255;
    const hue = (first + picture + k) % 3;
    return share * [230, 160, 60][hue]! + (1 - share) * [30, 90, 140][(hue + k) % 3]!;
  });
  return { count, shape: [side, side, 3], values };
}

function curve(points: number, last: number, value: (step: number) => number): Curve {
  const step = Array.from({ length: points }, (_, i) => Math.round(((i + 1) * last) / points));
  return { step, value: step.map(value) };
}

/** A falling loss with noise, and the rest of what a run logs. */
function training(loss: string, from: number, to: number): NonNullable<ImageReportData['training']> {
  const rng = createRng(3);
  const at = (step: number) => to + (from - to) * Math.exp(-step / 90);
  return {
    loss,
    train: curve(700, 700, (step) => at(step) + 0.1 * (rng.next() - 0.5)),
    learningRate: curve(
      70,
      700,
      (step) => (0.003 * Math.min(1, step / 20) * (1 + Math.cos((Math.PI * step) / 700))) / 2,
    ),
  };
}

/** `count` blocks whose bounds rise to 0.93. */
function proof(count: number): NonNullable<ImageReportData['certificate']> {
  const blocks = Array.from({ length: count }, (_, i) => {
    const lipschitzBound = 0.93 - 0.04 * ((5 * i) % 4);
    return {
      lipschitzBound,
      inverseLipschitz: 1 / (1 - lipschitzBound),
      contractionSteps: Math.ceil(Math.log(1e-6) / Math.log(lipschitzBound)),
      logDetBias: 0.02 * lipschitzBound,
    };
  });
  return {
    invertible: true,
    flaws: [],
    lipschitzBound: blocks.reduce((product, block) => product * (1 + block.lipschitzBound), 1),
    inverseLipschitz: blocks.reduce((product, block) => product * block.inverseLipschitz, 1),
    logDetBias: blocks.reduce((sum, block) => sum + block.logDetBias, 0),
    blocks,
  };
}

function layers(blocks: number): LayerFigures[] {
  return Array.from({ length: 3 * blocks }, (_, i) => {
    const singularValue = 0.9 - 0.05 * ((7 * i) % 3);
    return {
      label: `block ${Math.floor(i / 3)}, layer ${i % 3}`,
      singularValue,
      bound: singularValue + 0.02,
    };
  });
}

const common = {
  command: 'iresnet train --dataset digits --seed 1 --out runs/digits',
  date: '2026-05-04T10:11:12.000Z',
  backend: 'wasm',
  seed: 1,
  wallSeconds: 98,
  versions: { node: '22.1.0', tfjs: '4.22.0' },
  source: 'digits',
  shape: [8, 8, 1],
  images: { train: 1438, heldOut: 359 },
  classes: Array.from({ length: 10 }, (_, i) => String(i)),
  steps: 700,
  parameters: 51_234,
  figures: [
    { label: 'Log-likelihood of an image', value: '62.1 ± 0.9 nats', note: 'pixels of 17 levels' },
    { label: 'Evaluations of a block to invert it', value: 11.4 },
  ],
  config: { task: 'hybrid', model: { flow: { coefficient: 0.9 } } },
} as const;

/** Mostly right, with `2` taken for `3` and `8` for `1` now and then. */
function confusionOf(classes: number): number[][] {
  return Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) =>
      i === j ? 34 : i === 2 && j === 3 ? 7 : (i * 5 + j * 3) % 31 === 4 ? 1 : 0,
    ),
  );
}

const mistaken = digitPictures(40, 6);

/** A network that classifies digits and knows their density. */
export function hybridReport(): ImageReportData {
  const [originals, drawn] = [digitPictures(0, 10), digitPictures(300, 36)];
  return {
    ...common,
    title: 'Digits',
    task: 'hybrid',
    bitsPerDim: { value: 1.8437, standardError: 0.0121, levels: 17 },
    classification: {
      accuracy: 0.9721,
      standardError: 0.0087,
      confusion: confusionOf(10),
      mistakes: {
        pictures: mistaken,
        truth: labels.slice(40, 46),
        predicted: ['3', '1', '7', '9', '5', '4'],
        probability: [0.991, 0.87, 0.8, 0.731, 0.6, 0.512],
      },
    },
    training: {
      ...training('loss, nats', 4.2, 0.9),
      bitsPerDim: curve(14, 700, (step) => 1.84 + 2 * Math.exp(-step / 60)),
      accuracy: curve(14, 700, (step) => 0.971 - 0.6 * Math.exp(-step / 50)),
    },
    samples: { drawn, real: digitPictures(500, 36), temperature: 0.8 },
    reconstructions: {
      originals,
      back: originals,
      maxError: originals.values
        .subarray(0, 10)
        .reduce<number[]>((list, _, i) => [...list, 1.5e-6 + i * 1e-7], []),
      errorBound: Array.from({ length: 10 }, (_, i) => 3e-5 + i * 1e-6),
      count: 359,
      largestError: 4.7e-6,
      evaluations: 182,
    },
    interpolations: { steps: 9, rows: paths(6, 9) },
    unusual: {
      pictures: digitPictures(700, 12),
      bitsPerDim: Array.from({ length: 12 }, (_, i) => 3.217 - 0.05 * i),
    },
    certificate: proof(8),
    layers: layers(8),
  };
}

/** A network that only knows the density, of coloured images, and inverts badly. */
export function densityReport(): ImageReportData {
  const originals = colourPictures(0, 6, 32);
  return {
    ...common,
    title: 'Colours',
    task: 'density',
    source: 'folder/of/colours',
    shape: [32, 32, 3],
    classes: [],
    bitsPerDim: { value: 3.52, standardError: 0.03, levels: 256 },
    training: { ...training('loss, bits/dim', 8, 3.5), bitsPerDim: curve(7, 700, (step) => 3.5 + 4 / step) },
    samples: { drawn: colourPictures(100, 16, 32), real: colourPictures(50, 16, 32), temperature: 1 },
    reconstructions: {
      originals,
      // Three levels off at the first value of each image, one at the second.
      back: changed(originals, (value, i) =>
        i % 3072 === 0 ? value + 3 : i % 3072 === 1 ? value - 1 : value,
      ),
      maxError: Array.from({ length: 6 }, () => 3 / 255),
      errorBound: Array.from({ length: 6 }, () => 0.02),
      count: 100,
      largestError: 0.0137,
      evaluations: 640,
    },
    certificate: proof(27),
    layers: layers(27),
    config: { model: { flow: { coefficient: 0.98 } } },
  };
}

/** A classifier without normalization, whose inverse does not converge everywhere. */
export function classifyReport(): ImageReportData {
  const originals = digitPictures(0, 4);
  return {
    ...common,
    title: 'Digits without a bound',
    task: 'classify',
    figures: [],
    classification: { accuracy: 0.981, standardError: 0.007, confusion: confusionOf(10) },
    training: { ...training('loss, nats', 2.3, 0.05), accuracy: curve(7, 700, (step) => 0.98 - 1 / step) },
    reconstructions: {
      originals,
      back: changed(originals, (value, i) => (i < 64 ? 255 - value : value)),
      maxError: [null, 0.2, 0.1, 0.3],
      errorBound: [null, null, null, null],
      count: 359,
      largestError: null,
      evaluations: 8000,
    },
    config: { model: { flow: { coefficient: null } } },
  };
}

/** A hundred classes with names. */
export function manyClassesReport(): ImageReportData {
  const { certificate: _, ...rest } = classifyReport();
  void _;
  const certificate = proof(3);
  return {
    ...rest,
    title: 'A hundred classes',
    classes: Array.from({ length: 100 }, (_, i) => `kind of thing ${i}`),
    classification: { accuracy: 0.91, standardError: 0.004, confusion: confusionOf(100) },
    certificate: {
      ...certificate,
      invertible: false,
      flaws: [{ part: 'block 1', problem: 'expected a Lipschitz bound below 1, got 1.20000' }],
      inverseLipschitz: null,
      logDetBias: null,
      blocks: certificate.blocks.map((block, i) =>
        i === 1
          ? {
              ...block,
              lipschitzBound: 1.2,
              inverseLipschitz: null,
              contractionSteps: null,
              logDetBias: null,
            }
          : block,
      ),
    },
  };
}
