import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng, noGrad, type Rng } from '@iresnet/core';
import { imageBatch, takeImages, toImages, type Images, type ImageSet } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { layerNorms, type IResNet } from '@iresnet/model';
import {
  renderImageReport,
  type Figure,
  type ImageReportData,
  type ImageTraining,
  type Pictures,
} from '@iresnet/report';
import { curveOf, readMetrics } from '../metrics';
import { reportHead } from '../reportHead';
import { onHost } from '../rows';
import type { RunInfo } from '../run';
import type { ImageRunConfig } from './config';
import { finiteOrNull, type ImageFigures } from './figures';
import type { Judgement } from './judge';
import { lossUnits } from './objective';
import { pathsBetween } from './paths';
import { bytesOf, type ImageSource } from './source';

/** The run that a report is about. */
export interface ImageRun {
  readonly config: ImageRunConfig;
  readonly source: ImageSource;
  readonly model: IResNet;
  readonly figures: ImageFigures;
  readonly judgement: Judgement;
  readonly info: RunInfo;
}

/** How many pictures the report shows of each kind. */
const SAMPLES = 64;
const RECONSTRUCTED = 10;
const PATHS = 6;
const PATH_STEPS = 9;
const SHOWN = 20;
/** Below 1, because a density model spreads some of its mass over places without images. */
const TEMPERATURE = 0.8;

/** Write `report.html` into a run folder; returns its path. */
export async function writeImageReport(dir: string, run: ImageRun): Promise<string> {
  const file = join(dir, 'report.html');
  await writeFileAtomic(file, renderImageReport(reportData(dir, run)));
  return file;
}

function reportData(dir: string, run: ImageRun): ImageReportData {
  const { config, source, model, figures, info } = run;
  const { heldOut, classes } = source;
  const rng = createRng(config.seed).split('report');
  const proven = figures.certificate.invertible;
  const density = figures.bitsPerDim !== null;
  return {
    title: `${source.title}: an invertible residual network on images`,
    ...reportHead(info, { config, parameters: figures.parameters }),
    task: config.task,
    source: config.data.kind === 'folder' ? config.data.folder : config.data.name,
    shape: heldOut.shape,
    images: {
      train: figures.trainingImages,
      ...(config.validation > 0 && { validation: source.validation.count }),
      heldOut: figures.heldOutImages,
    },
    classes,
    figures: lines(figures),
    ...(figures.bitsPerDim && {
      bitsPerDim: {
        value: figures.bitsPerDim.mean,
        standardError: figures.bitsPerDim.standardError,
        levels: heldOut.levels,
      },
    }),
    ...(figures.accuracy && { classification: classification(run) }),
    training: curves(join(dir, 'metrics.jsonl'), `loss, ${lossUnits[config.task]}`),
    ...(density && proven && { samples: samples(model, heldOut, rng) }),
    reconstructions: reconstructions(model, heldOut, figures),
    ...(proven && { interpolations: interpolations(model, heldOut) }),
    ...(density && { unusual: unusual(run) }),
    ...(config.model.flow.coefficient !== null && { certificate: figures.certificate }),
    layers: layerNorms(model.flow, rng.split('layers')).map(({ block, layer, estimate, bound }) => ({
      label: `block ${block}, layer ${layer}`,
      singularValue: estimate,
      bound,
    })),
  };
}

function lines({ logLikelihood, reconstruction, certificate, levels }: ImageFigures): Figure[] {
  const bounds = certificate.blocks.map(({ lipschitzBound }) => lipschitzBound);
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

function first(set: ImageSet, n: number): ImageSet {
  return takeImages(
    set,
    Array.from({ length: Math.min(n, set.count) }, (_, i) => i),
  );
}

function picturesOf(images: Images): Pictures {
  return { count: images.count, shape: images.shape, values: bytesOf(images) };
}

/** Draw from a model. */
function drawPictures(model: IResNet, n: number, levels: number, rng: Rng, temperature: number): Pictures {
  return picturesOf(noGrad(() => onHost(() => toImages(model.sample(n, rng, { temperature }), { levels }))));
}

function samples(model: IResNet, heldOut: ImageSet, rng: Rng) {
  const real = first(heldOut, SAMPLES);
  return {
    drawn: drawPictures(model, real.count, real.levels, rng.split('samples'), TEMPERATURE),
    real: picturesOf(real),
    temperature: TEMPERATURE,
  };
}

function reconstructions(model: IResNet, heldOut: ImageSet, { reconstruction }: ImageFigures) {
  const shown = first(heldOut, RECONSTRUCTED);
  return noGrad(() =>
    onHost(() => {
      const report = model.reconstruct(imageBatch(shown));
      return {
        originals: picturesOf(shown),
        back: picturesOf(toImages(report.value, { levels: shown.levels })),
        maxError: Array.from(report.maxError, finiteOrNull),
        errorBound: Array.from(report.errorBound, finiteOrNull),
        count: reconstruction.images,
        largestError: reconstruction.largestError,
        evaluations: report.evaluations,
      };
    }),
  );
}

/** Paths between pairs of held-out images, of different classes where there are some. */
function interpolations(model: IResNet, heldOut: ImageSet) {
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i + 1 < heldOut.count && from.length < PATHS; i += 2) {
    if (heldOut.classes.length > 1 && heldOut.labels[i] === heldOut.labels[i + 1]) continue;
    from.push(i);
    to.push(i + 1);
  }
  const { pictures } = noGrad(() =>
    onHost(() => pathsBetween(model, takeImages(heldOut, from), takeImages(heldOut, to), PATH_STEPS)),
  );
  return { steps: PATH_STEPS, rows: pictures };
}

function unusual({ judgement, source }: ImageRun) {
  const bits = judgement.bitsPerDim!;
  const order = Array.from(bits.keys()).sort((a, b) => bits[b]! - bits[a]!);
  const shown = order.slice(0, SHOWN);
  return {
    pictures: picturesOf(takeImages(source.heldOut, shown)),
    bitsPerDim: shown.map((i) => bits[i]!),
  };
}

function classification({ judgement, source, figures }: ImageRun) {
  const { heldOut, classes } = source;
  const probabilities = judgement.probabilities!;
  const predicted = mostProbable(probabilities, classes.length);
  const confidence = (i: number): number => probabilities[i * classes.length + predicted[i]!]!;
  const wrong = Array.from(predicted.keys())
    .filter((i) => predicted[i] !== heldOut.labels[i])
    .sort((a, b) => confidence(b) - confidence(a))
    .slice(0, SHOWN);
  return {
    accuracy: figures.accuracy!.mean,
    standardError: figures.accuracy!.standardError,
    confusion: figures.confusion!,
    ...(wrong.length > 0 && {
      mistakes: {
        pictures: picturesOf(takeImages(heldOut, wrong)),
        truth: wrong.map((i) => classes[heldOut.labels[i]!]!),
        predicted: wrong.map((i) => classes[predicted[i]!]!),
        probability: wrong.map(confidence),
      },
    }),
  };
}

/** The curves of a run. */
function curves(file: string, loss: string): ImageTraining {
  const lines = readMetrics(file);
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
