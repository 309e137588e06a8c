import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import * as datasets from '../src/index';
import * as node from '../src/node';
import { failure, rejection } from './failure';

const set = datasets.digitImages();
const bytes = new Uint8Array(8);
const x = tf.zeros([1, 1, 1, 1]);
/** Options with a name that no function knows, as JavaScript lets one write. */
const wrong = (options: object = {}, name = 'optoin') => ({ ...options, [name]: 1 }) as never;

describe('an option that a function does not know', () => {
  it.each<[string, () => unknown]>([
    ['imageBatch', () => datasets.imageBatch(set, wrong())],
    ['imageBatches', () => datasets.imageBatches(set, wrong({ size: 2, rng: createRng(0) }))],
    ['toImages', () => datasets.toImages(x, wrong())],
    ['splitImages', () => datasets.splitImages(set, [0.5], createRng(0), wrong())],
    ['prefetch', () => datasets.prefetch([1], wrong())],
    ['encodeLabels', () => datasets.encodeLabels(['a'], wrong())],
    ['parseTable', () => datasets.parseTable('a\n1\n', wrong())],
    ['parseIdx', () => datasets.parseIdx(bytes, wrong())],
    ['parseCifar', () => datasets.parseCifar(bytes, wrong({ variant: 'cifar10' }))],
    ['parseNpy', () => datasets.parseNpy(bytes, wrong())],
    ['readTar', () => datasets.readTar(bytes, [], wrong())],
    ['checkPng', () => datasets.checkPng(bytes, wrong())],
    ['checkJpeg', () => datasets.checkJpeg(bytes, wrong())],
    ['decodePicture', () => node.decodePicture(bytes, wrong())],
    ['streamRows', () => node.streamRows('f.csv', wrong())],
  ])('is refused by %s', (name, f) => {
    expect(failure('argument', f)).toMatch(
      new RegExp(`^datasets\\.${name}: expected the options [a-zA-Z, 0-9]+, got 'optoin'`),
    );
  });

  it.each<[string, () => Promise<unknown>]>([
    ['readTableFile', () => node.readTableFile('f.csv', wrong())],
    ['readPictures', () => node.readPictures('folder', wrong())],
    ['openDataset', () => node.openDataset('digits', wrong({ split: 'train' }))],
    ['download', () => node.download('https://localhost/f', 'f', wrong())],
  ])('is refused by %s', async (name, f) => {
    expect(await rejection('argument', f())).toMatch(new RegExp(`^datasets\\.${name}: .*, got 'optoin'`));
  });

  it('comes with the nearest known one', () => {
    expect(failure('argument', () => datasets.imageBatch(set, wrong({}, 'nose')))).toBe(
      "datasets.imageBatch: expected the options indices, noise, range, got 'nose' (did you mean 'noise'?)",
    );
    expect(failure('argument', () => datasets.imageBatch(set, [1] as never))).toContain('got a list of 1');
  });
});

describe('a mark between groups of digits', () => {
  it.each<[string, datasets.TableFileOptions, string]>([
    ['one of those that are known', { grouping: ';' as never }, "expected a mark between groups of digits of , . ' _ or a blank, got ';'"], // prettier-ignore
    ['another than the decimal one', { grouping: '.' }, "expected groups of digits by another mark than the decimal one, got '.' for both"], // prettier-ignore
  ])('is %s', (_, options, message) => {
    expect(failure('argument', () => datasets.parseTable('a\n1\n', options))).toBe(
      `datasets.parseTable: ${message}`,
    );
  });
});

describe('a missing rng', () => {
  const none = undefined as never;
  it.each<[string, () => unknown]>([
    ['split', () => datasets.split(4, [2], none)],
    ['batches', () => datasets.batches(4, 2, none)],
    ['randomFlip', () => datasets.randomFlip(set, none)],
    ['randomCrop', () => datasets.randomCrop(set, [8, 8], none)],
    ['imageBatch', () => datasets.imageBatch(set, { noise: 1 as never })],
    ['Toy2d.sample', () => datasets.toy2d('moons').sample(3, none)],
  ])('is named by %s', (name, f) => {
    expect(failure('argument', f)).toMatch(new RegExp(`^datasets\\.${name}: expected an rng, as createRng`));
  });
});

it('toImages refuses a disposed tensor', () => {
  const gone = tf.zeros([1, 1, 1, 1]);
  gone.dispose();
  expect(failure('argument', () => datasets.toImages(gone))).toContain('got one that was disposed');
});
