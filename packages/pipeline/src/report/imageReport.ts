import { createRng, type Rng } from '@iresnet/core';
import { finiteOrNull } from '@iresnet/core/internal';
import { takeImages, type ImageSet } from '@iresnet/datasets';
import { leastFirst, mostProbable } from '@iresnet/evaluation';
import { layerNorms } from '@iresnet/model';
import type { Figure, ImageReportData, ImageTraining } from '@iresnet/report';
import { DRAWN_AT, type ImageFigures } from '../figures/imageFigures';
import type { GenerationFigures } from '../figures/generation';
import { interpolate } from '../interpolate';
import { lossUnit } from '../objective';
import type { Pipeline } from '../pipeline';
import { reconstruct } from '../reconstruct';
import { curveOf, type MetricsLine } from '../run/metrics';
import { drawsClasses, sample } from '../sample';
import type { Scores } from '../score';
import type { ImageSource } from '../source/source';
import { percent } from './estimates';
import { reportHead, type RunRecord } from './head';
import { drawnPictures, picturesOf } from './pictures';

/** A run on images with its model and what came out when it was judged. */
export interface ImageRun extends RunRecord {
  readonly source: ImageSource;
  readonly pipeline: Pipeline;
  readonly figures: ImageFigures;
  /** Of the held-out images. */
  readonly scores: Scores;
}

/** How many pictures the report shows of each kind. */
const SAMPLES = 64;
/** Of each class, where a model draws by class, up to so many classes. */
const PER_CLASS = 10;
const MOST_ROWS = 20;
const RECONSTRUCTED = 10;
const PATHS = 6;
const PATH_STEPS = 9;
const SHOWN = 20;
/** Below 1, because a density model spreads some of its mass over places without images. */
const TEMPERATURE = DRAWN_AT;

/**
 * What the report of a run on images shows: the data of `renderImageReport` of `@iresnet/report`.
 * Draws images, inverts some, and walks between pairs.
 */
export async function imageReport(run: ImageRun): Promise<ImageReportData> {
  const { config, source, pipeline, figures, metrics } = run;
  const { input, validation } = source;
  const heldOut = heldOutOf(run);
  const { flow } = pipeline.model;
  const rng = createRng(config.seed).split('report');
  const proven = figures.certificate.invertible;
  const density = figures.bitsPerDim !== null;
  return {
    title: `${input.title}: an invertible residual network on images`,
    ...reportHead(run, figures),
    task: config.task,
    shape: heldOut.shape,
    images: {
      train: figures.trainingImages,
      ...(config.validation > 0 && { validation: validation.count }),
      heldOut: figures.heldOutImages,
    },
    classes: input.classes,
    figures: lines(figures),
    ...(figures.bitsPerDim && {
      bitsPerDim: {
        value: figures.bitsPerDim.mean,
        standardError: figures.bitsPerDim.standardError,
        levels: heldOut.levels,
      },
    }),
    ...(figures.accuracy && { classification: classification(run) }),
    training: curves(metrics, `loss, ${lossUnit(config.task, input)}`),
    ...(density && proven && { samples: await samples(pipeline, heldOut, rng.split('samples')) }),
    reconstructions: await reconstructions(pipeline, heldOut, figures),
    ...(proven && { interpolations: await interpolations(pipeline, heldOut) }),
    ...(density && { unusual: unusual(run) }),
    ...(config.model.flow.coefficient !== null && { certificate: figures.certificate }),
    layers: layerNorms(flow, rng.split('layers')).map(({ block, layer, estimate, bound }) => ({
      label: `block ${block}, layer ${layer}`,
      singularValue: estimate,
      bound,
    })),
  };
}

function heldOutOf({ source }: ImageRun): ImageSet {
  return source.heldOut.data as ImageSet;
}

function lines({ logLikelihood, reconstruction, generation, certificate, levels }: ImageFigures): Figure[] {
  const bounds = certificate.blocks.map(({ lipschitzBound }) => lipschitzBound ?? Infinity);
  return [
    ...(logLikelihood
      ? [
          {
            label: 'Log-likelihood of an image',
            value: `${logLikelihood.mean.toFixed(1)} ± ${logLikelihood.standardError.toFixed(1)} nats`,
            note: `pixels of ${levels} levels dequantized to [−½, ½)`,
          },
        ]
      : []),
    ...(generation ? generationLines(generation) : []),
    {
      label: 'Largest reconstruction error',
      value: reconstruction.largestError?.toExponential(1) ?? 'no number',
      note: `|x − F⁻¹(F(x))| of a pixel on ${reconstruction.images} held-out images, where its range is 1; ${reconstruction.converged} converged`,
    },
    {
      label: 'Proven bound of that error',
      value: reconstruction.errorBound?.toExponential(1) ?? 'none',
      note: `for any single solve; ${reconstruction.evaluationsPerBlock.toFixed(1)} evaluations a block`,
    },
    {
      label: 'Largest Lipschitz bound of a block',
      value: Math.max(...bounds).toFixed(4),
      note: 'by Gram iteration; a block below 1 is proven invertible',
    },
  ];
}

function generationLines({
  drawn,
  temperature,
  rightClass,
  rightClassOfReal,
  nearest,
  twoSample,
}: GenerationFigures): Figure[] {
  return [
    {
      label: 'Draws of the right class',
      value: percent(rightClass, 1),
      note: `of ${drawn} at temperature ${temperature}, by the three nearest training images; of held-out images ${percent(rightClassOfReal, 1)}`,
    },
    {
      label: 'Distance to the nearest training image',
      value: `${nearest.drawn.mean.toFixed(2)} ± ${nearest.drawn.standardError.toFixed(2)}`,
      note: `of held-out images ${nearest.real.mean.toFixed(2)} ± ${nearest.real.standardError.toFixed(2)}; a model that copies would be nearer`,
    },
    {
      label: 'Told apart from real images',
      value: percent(twoSample, 1),
      note: 'of draws and held-out images, by their nearest neighbour; 50 % is not at all',
    },
  ];
}

function first(set: ImageSet, n: number): ImageSet {
  return takeImages(
    set,
    Array.from({ length: Math.min(n, set.count) }, (_, i) => i),
  );
}

/** The first `n` images of each class, class after class; fewer of a class that has no more. */
function ofEachClass(set: ImageSet, n: number): ImageSet {
  const indices = Array.from(set.labels.keys());
  const chosen = set.classes.flatMap((_, c) => indices.filter((i) => set.labels[i] === c).slice(0, n));
  return takeImages(set, chosen);
}

async function samples(pipeline: Pipeline, heldOut: ImageSet, rng: Rng) {
  const real = first(heldOut, SAMPLES);
  const { classes } = heldOut;
  if (drawsClasses(pipeline) && classes.length <= MOST_ROWS) {
    const rows = [];
    for (const name of classes)
      rows.push(await sample(pipeline, PER_CLASS, { rng: rng.split(name), temperature: TEMPERATURE, class: name })); // prettier-ignore
    const values = Uint8Array.from(rows.flatMap((row) => Array.from(row.values)));
    const drawn = { count: classes.length * PER_CLASS, shape: heldOut.shape, values };
    return {
      drawn: drawnPictures(drawn, heldOut.levels),
      perClass: PER_CLASS,
      real: picturesOf(ofEachClass(heldOut, PER_CLASS)),
      temperature: TEMPERATURE,
    };
  }
  const drawn = await sample(pipeline, real.count, { rng, temperature: TEMPERATURE });
  return {
    drawn: drawnPictures(drawn, heldOut.levels),
    real: picturesOf(real),
    temperature: TEMPERATURE,
  };
}

async function reconstructions(pipeline: Pipeline, heldOut: ImageSet, { reconstruction }: ImageFigures) {
  const shown = first(heldOut, RECONSTRUCTED);
  const back = await reconstruct(pipeline, shown);
  return {
    originals: picturesOf(shown),
    back: drawnPictures(back, heldOut.levels),
    maxError: back.maxError.map(finiteOrNull),
    errorBound: back.errorBound.map(finiteOrNull),
    count: reconstruction.images,
    largestError: reconstruction.largestError,
    evaluations: Math.round(back.evaluationsPerBlock * pipeline.model.flow.blocks.length),
  };
}

/** Paths between pairs of held-out images, of different classes where there are some. */
async function interpolations(pipeline: Pipeline, heldOut: ImageSet) {
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i + 1 < heldOut.count && from.length < PATHS; i += 2) {
    if (heldOut.classes.length > 1 && heldOut.labels[i] === heldOut.labels[i + 1]) continue;
    from.push(i);
    to.push(i + 1);
  }
  const ends = [takeImages(heldOut, from), takeImages(heldOut, to)] as const;
  const paths = await interpolate(pipeline, ...ends, PATH_STEPS);
  return { steps: PATH_STEPS, rows: drawnPictures(paths, heldOut.levels) };
}

function unusual(run: ImageRun) {
  const bits = run.scores.bitsPerDim!;
  const shown = Array.from(leastFirst(run.scores.logProb!).subarray(0, SHOWN));
  return {
    pictures: picturesOf(takeImages(heldOutOf(run), shown)),
    bitsPerDim: shown.map((i) => bits[i]!),
  };
}

function classification(run: ImageRun) {
  const { scores, figures } = run;
  const heldOut = heldOutOf(run);
  const { classes, labels } = heldOut;
  const probabilities = scores.probabilities!;
  const predicted = mostProbable(probabilities, classes.length);
  const confidence = (i: number): number => probabilities[i * classes.length + predicted[i]!]!;
  const wrong = Array.from(predicted.keys())
    .filter((i) => predicted[i] !== labels[i])
    .sort((a, b) => confidence(b) - confidence(a))
    .slice(0, SHOWN);
  return {
    accuracy: figures.accuracy!.mean,
    standardError: figures.accuracy!.standardError,
    confusion: figures.confusion!,
    ...(wrong.length > 0 && {
      mistakes: {
        pictures: picturesOf(takeImages(heldOut, wrong)),
        truth: wrong.map((i) => classes[labels[i]!]!),
        predicted: wrong.map((i) => classes[predicted[i]!]!),
        probability: wrong.map(confidence),
      },
    }),
  };
}

/** The curves of a run. */
function curves(lines: readonly MetricsLine[], loss: string): ImageTraining {
  const bitsPerDim = curveOf(lines, 'judged', (line) => line.bitsPerDim);
  const accuracy = curveOf(lines, 'judged', (line) => line.accuracy);
  return {
    loss,
    train: curveOf(lines, 'step', (line) => line.loss),
    learningRate: curveOf(lines, 'step', (line) => line.learningRate),
    ...(bitsPerDim.step.length > 0 && { bitsPerDim }),
    ...(accuracy.step.length > 0 && { accuracy }),
  };
}
