import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import { iResNet, iResNetPreset } from '@iresnet/model';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { certify, decodePipeline, encodePipeline, openModel, type Pipeline } from '../src';

// Models that have no inverse in float32, each with a valid manifest.
const folder = (name: string) => fileURLToPath(new URL(`fixtures/unproven/${name}`, import.meta.url));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function failure(work: Promise<unknown>): Promise<IResNetError> {
  const found: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(found).toBeInstanceOf(IResNetError);
  return found as IResNetError;
}

describe('opening refuses', () => {
  test('a bias of NaN, with the file and the tensor', async () => {
    const { kind, message } = await failure(openModel(folder('nan-bias')));
    expect(kind).toBe('data');
    expect(message).toMatch(
      /nan-bias\/model\.safetensors: tensor "[\w.]*bias": expected finite values, got NaN at index \d/,
    );
  });

  test('a configuration without columns, with the field', async () => {
    const { kind, message } = await failure(openModel(folder('no-columns')));
    expect(kind).toBe('data');
    expect(message).toMatch(/no-columns\/config\.json: .*input\.columns: expected a list/);
  });
});

describe('the verdict names the part', () => {
  test.each([
    ['actnorm-logscale-minus-1000', 'flow.bijector.1.logScale', 'got 0.000 at index 0'],
    ['standardize-scale-0', 'flow.bijector.0.scale', 'got 0.000 at index 0'],
  ])('%s', async (name, part, problem) => {
    const certificate = certify(await openModel(folder(name)));
    expect(certificate.invertible).toBe(false);
    expect(certificate.inverseLipschitz).toBeNull();
    expect(certificate.flaws.map((flaw) => flaw.part)).toEqual([part]);
    expect(certificate.flaws[0]!.problem).toContain(problem);
    expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
  });
});

/** A small hybrid of images, proven as it is. */
function hybrid(): Pipeline {
  const preset = iResNetPreset('digits-hybrid');
  const scales = [{ blocks: 2, channels: 4, squeeze: true }];
  const model = iResNet({ ...preset, flow: { ...preset.flow, scales } }, createRng(0));
  model.enforceBounds();
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  const input = { kind: 'images', title: 'digits', shape: [8, 8, 1], levels: 17, classes } as const;
  return { model, input, task: 'hybrid', recipe: null };
}

describe('every part of an image model counts', () => {
  const set = (name: RegExp, value: number) => {
    const pipeline = hybrid();
    const [part, variable] = Object.entries(pipeline.model.params).find(([key]) => name.test(key))!;
    tf.tidy(() => {
      const values = variable.dataSync().slice() as Float32Array;
      values[1] = value;
      variable.assign(tf.tensor(values, variable.shape) as tf.Variable);
    });
    return { pipeline, part };
  };

  test('as it was made it is proven, and says what that covers', () => {
    const { model } = hybrid();
    const variables = Object.values(model.params);
    expect(model.certify()).toMatchObject({
      invertible: true,
      flaws: [],
      covers: {
        tensors: variables.length,
        values: variables.reduce((sum, { size }) => sum + size, 0),
        blocks: 2,
      },
    });
  });

  test.each([
    ['a bias of a convolution', /flow.*\.2\.bias$/, NaN],
    ['a kernel', /flow.*\.2\.kernel$/, Infinity],
    ['ActNorm', /logScale$/, NaN],
    ['ActNorm', /logScale$/, 1000],
    ['ActNorm', /logScale$/, -1000],
    ['ActNorm', /logScale$/, 80],
    ['a bias that overflows sums', /flow.*\.2\.bias$/, 1e30],
    ['the head', /^head\.kernel$/, NaN],
    ['the variance of the head', /^head\.0\.variance$/, -1],
  ])('%s: %s = %s', async (_what, name, value) => {
    const { pipeline, part } = set(name, value);
    const certificate = certify(pipeline);
    expect(certificate.invertible).toBe(false);
    expect(certificate.flaws.map((flaw) => flaw.part)).toContain(part);
    expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
    if (Number.isFinite(value)) return;
    const { kind, message } = await failure(
      encodePipeline(pipeline).then((bytes) => decodePipeline(bytes, 'digits.safetensors')),
    );
    expect(kind).toBe('data');
    expect(message).toContain(`digits.safetensors: tensor "${part}"`);
  });
});
