import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import {
  type Images,
  type Table,
  digitImages,
  faithful,
  iris,
  takeImages,
  takeRows,
  toy2d,
} from '@iresnet/datasets';
import { readFileSync } from 'node:fs';
import { parseSafetensors } from '@iresnet/checkpoint';
import { batchesOf } from '../src/data';
import { float64Model } from './float64';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { certify, openModel, planeSource, defaultRecipe, sample, score, type Pipeline } from '../src';

// Runs of the first command line, with what it printed of them on the cpu backend.
const folder = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Expected {
  readonly scores: readonly {
    readonly row?: number;
    readonly image?: number;
    readonly logLikelihood: number;
    readonly bitsPerDim?: number;
    readonly predicted?: string;
    readonly probability?: number;
  }[];
  readonly samples?: readonly Readonly<Record<string, number>>[];
  readonly certificate: Readonly<Record<string, unknown>>;
}

function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(`${folder(name)}/expected.json`, 'utf8')) as Expected;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A certificate as the first version named its fields. */
function renamed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"logDetBias"', '"seriesBias"'));
}

/** The numbers of a certificate to five digits: norms were found in float32 then. */
function toFiveDigits(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'number' ? Number(part.toPrecision(5)) : part,
  );
}

describe.each(['table-v1', 'table-v2', 'plane-v1', 'images-v1'])('%s', (name) => {
  const expected = expectedOf(name);
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await openModel(folder(name));
  });

  test('opens with what it takes in', () => {
    const { input, task, recipe } = pipeline;
    expect({ input, task, recipe }).toMatchSnapshot();
  });

  test('gives the scores of its tensors in float64', async () => {
    const data = dataOf(name, expected);
    const { logProb } = await score(pipeline, data);
    const file = `${folder(name)}/model/model.safetensors`;
    const exact = float64Model(pipeline.model.config, parseSafetensors(readFileSync(file)).tensors);
    // Some ten roundings of float32 for a score of a few nats; sums of 64 terms up to 30 nats for
    // an image.
    const near = name === 'images-v1' ? 3e-5 : 2e-6;
    examplesOf(pipeline, data).forEach((example, i) => {
      expect(Math.abs(logProb![i]! - exact(example)), `example ${i}`).toBeLessThan(near);
    });
  });

  test('gives the scores that were printed', async () => {
    const found = await score(pipeline, dataOf(name, expected));
    expected.scores.forEach(({ logLikelihood, bitsPerDim, predicted, probability }, i) => {
      // The first version standardized rows in float32.
      if (name !== 'images-v1') expect(Math.abs(found.logProb![i]! - logLikelihood)).toBeLessThan(2e-5);
      // It drew the noise of an image by its number, which moves its score by a nat or two.
      if (bitsPerDim !== undefined) expect(found.bitsPerDim![i]).toBeCloseTo(bitsPerDim, 1);
      if (predicted === undefined) return;
      const { classes } = pipeline.input;
      const at = i * classes.length + classes.indexOf(predicted);
      expect(found.probabilities![at]).toBeCloseTo(probability!, 5);
    });
  });

  test('has the certificate that was printed', () => {
    expect(toFiveDigits(renamed(certify(pipeline)))).toMatchObject(
      toFiveDigits(expected.certificate) as object,
    );
  });

  test('draws the rows that were printed', async () => {
    if (!expected.samples || pipeline.input.kind !== 'table') return;
    const { columns } = pipeline.input;
    const { values } = await sample(pipeline, expected.samples.length, { seed: 3 });
    // Rows went back to their units in float32 then, and do so in float64 now.
    const before = expected.samples.flatMap((row) => columns.map((column) => row[column]!));
    before.forEach((value, i) =>
      expect(Math.abs(values[i]! - value)).toBeLessThan(2 ** -22 * Math.max(1, Math.abs(value))),
    );
  });
});

/**
 * Rows in the units of the data; images with the noise within their levels that goes with their
 * content.
 */
function examplesOf(pipeline: Pipeline, data: Table | Images): ArrayLike<number>[] {
  if ('columns' in data) {
    const width = data.columns.length;
    return Array.from({ length: data.rows }, (_, i) => data.values.subarray(i * width, (i + 1) * width));
  }
  const batch = batchesOf('test', pipeline, data).batch(0, data.count, 0);
  return tf.tidy(() => tf.unstack(batch).map((image) => Array.from(image.dataSync())));
}

/** The rows or images that the scores belong to. */
function dataOf(name: string, { scores }: Expected) {
  const rows = scores.map(({ row }) => row! - 1);
  switch (name) {
    case 'table-v1':
      return takeRows(faithful(), rows);
    case 'table-v2':
      return takeRows(iris(), rows);
    case 'plane-v1': {
      const recipe = { ...defaultRecipe('plane'), seed: 1, validation: 0 };
      return takeRows(planeSource(toy2d('moons'), recipe).heldOut.data, rows);
    }
    default:
      return heldOutDigits(scores.length);
  }
}

/** The first images that the run held out: noise and probes go by the number of an image. */
function heldOutDigits(count: number) {
  const all = digitImages();
  const held = Math.round(0.2 * all.count);
  return takeImages(
    heldOutOf(all, held),
    Array.from({ length: count }, (_, i) => i),
  );
}

function heldOutOf(all: ReturnType<typeof digitImages>, held: number) {
  const config = JSON.parse(readFileSync(`${folder('images-v1')}/config.json`, 'utf8')) as { seed: number };
  const order = createRng(config.seed).split('data').split('split').permutation(all.count);
  return takeImages(all, order.slice(0, held));
}
