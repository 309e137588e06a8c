import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createRng } from '@iresnet/core';
import { digitImages, iris, takeImages, takeRows, type ImageSet, type Table } from '@iresnet/datasets';
import { iResNetPreset, type ImageIResNetConfig } from '@iresnet/model';
import { createServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkRecipe,
  classify,
  decodePipeline,
  defaultRecipe,
  drawsClasses,
  fittedPreset,
  generationFigures,
  imageKind,
  logitAlpha,
  encodePipeline,
  imageSource,
  interpolate,
  openModel,
  reconstruct,
  sample,
  score,
  scorePieces,
  tableSource,
  train,
  type Pipeline,
  type Recipe,
} from '../src';
import { saveModel } from '../src/node';
import { readStored } from '../src/location/web';
import { validationFigures } from '../src/objective';

const home = mkdtempSync(join(tmpdir(), 'iresnet pipeline '));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const tiny = {
  kind: 'dense',
  flow: { blocks: 2, hidden: [8], activation: 'sin', coefficient: 0.9, actNorm: true },
} as const;
const tableRecipe: Recipe = { ...defaultRecipe('table', 'hybrid'), steps: 6, model: tiny };
const digits = { train: digitImages(), test: null };
const imageDefaults = defaultRecipe('digits', 'hybrid');
const imageRecipe: Recipe = {
  ...imageDefaults,
  steps: 3,
  batchSize: 16,
  model: {
    ...imageDefaults.model,
    flow: { ...imageDefaults.model.flow, scales: [{ blocks: 1, channels: 4, squeeze: true }] },
  } as Recipe['model'],
};

let table: Pipeline;
let images: Pipeline;
beforeAll(async () => {
  await tf.setBackend('cpu');
  table = (await train(tableSource('iris', iris(), tableRecipe), tableRecipe)).pipeline;
  images = (await train(imageSource('digits', digits, imageRecipe), imageRecipe)).pipeline;
});

const kinds = () =>
  [
    ['rows', table, takeRows(iris(), [0, 60, 120, 3])],
    ['images', images, takeImages(digitImages(), [0, 1, 2, 3])],
  ] as const;

describe('a model that is saved and opened', () => {
  test('gives the same bits, from a folder, a file and bytes', async () => {
    for (const [kind, pipeline, data] of kinds()) {
      const truth = await score(pipeline, data);
      const dir = join(home, kind);
      await saveModel(dir, pipeline);
      const opened = [
        await openModel(dir),
        await openModel(join(dir, 'model.safetensors')),
        decodePipeline(await encodePipeline(pipeline)),
      ];
      for (const again of opened) {
        expect(again.input).toEqual(pipeline.input);
        expect(again.recipe).toEqual(pipeline.recipe);
        expect(await score(again, data)).toEqual(truth);
        again.model.dispose();
      }
    }
  });

  test('opens from a URL, as in a browser, and refuses bytes that changed', async () => {
    const dir = join(home, 'served/run/model');
    await saveModel(dir, table);
    const server = await serve(join(home, 'served'));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    try {
      const data = takeRows(iris(), [5, 6]);
      const truth = await score(table, data);
      for (const place of [`${url}/run`, `${url}/run/model/`, new URL(`${url}/run/model/model.safetensors`)])
        expect(await score(await openModel(place), data)).toEqual(truth);
      await expect(openModel(`${url}/none`)).rejects.toThrow(
        /expected the folder of a run or of a model, got no manifest/,
      );
      const file = join(dir, 'model.safetensors');
      const bytes = readFileSync(file);
      bytes[bytes.length - 3]! ^= 1;
      writeFileSync(file, bytes);
      await expect(readStored(`${url}/run/`)).rejects.toThrow(
        /model\.safetensors: expected sha256 \w{64}, got \w{64}/,
      );
      writeFileSync(file, bytes.subarray(0, 100));
      await expect(readStored(`${url}/run/`)).rejects.toThrow(/expected \d+ bytes, got 100/);
    } finally {
      server.close();
    }
  });

  test('of a format that nobody here writes is refused', async () => {
    const text = new TextDecoder('latin1').decode(await encodePipeline(table));
    const other = Uint8Array.from(text.replace('iresnet-pipeline', 'another-pipeline'), (c) =>
      c.charCodeAt(0),
    );
    expect(() => decodePipeline(other, 'm.safetensors')).toThrow(
      /m\.safetensors: expected a format of iresnet-pipeline, /,
    );
  });
});

describe('scores', () => {
  test('do not depend on how a table was cut, with random probes too', async () => {
    await tf.setBackend('wasm');
    // Above 128 columns the log-determinant is estimated.
    const wide = wideTable(24, 130);
    const recipe: Recipe = { ...defaultRecipe('table'), steps: 1, batchSize: 8, model: tiny };
    const { pipeline } = await train(tableSource('wide', wide, recipe), recipe);
    const whole = Array.from((await score(pipeline, wide, { seed: 5 })).logProb!);
    const cut = [0, 1, 7, 20, 24].map((end, i, ends) => range(wide, ends[i - 1] ?? 0, end));
    const found: number[] = [];
    for await (const { first, scores } of scorePieces(pipeline, cut, { seed: 5 })) {
      expect(first).toBe(found.length);
      found.push(...scores.logProb!);
    }
    expect(found).toEqual(whole);
    const rest = await score(pipeline, range(wide, 20, 24), { seed: 5 });
    expect(Array.from(rest.logProb!)).toEqual(whole.slice(20));
    await tf.setBackend('cpu');
  });

  test('find columns by name, and name what is missing', async () => {
    const rows = takeRows(iris(), [1, 2, 3]);
    const truth = await score(table, rows);
    const order = [3, 1, 0, 2];
    const columns = order.map((j) => rows.columns[j]!);
    const values = Float64Array.from(
      { length: 12 },
      (_, i) => rows.values[4 * Math.floor(i / 4) + order[i % 4]!]!,
    );
    expect(await score(table, { columns, rows: 3, values })).toEqual(truth);
    await expect(
      score(table, { columns: ['Sepal.Lenght'], rows: 1, values: Float64Array.of(1) }),
    ).rejects.toThrow(
      "pipeline.score: expected a column 'Sepal.Length', got Sepal.Lenght (did you mean 'Sepal.Lenght'?)",
    );
    await expect(score(table, digitImages())).rejects.toThrow('expected a table with the columns');
    await expect(score(images, rows)).rejects.toThrow('expected images of shape [8,8,1]');
    await expect(score(table, [[1, 2]])).rejects.toThrow('expected 4 values in row 0, got 2');
  });

  test('leave no tensor alive', async () => {
    for (const [, pipeline, data] of kinds()) {
      await score(pipeline, data);
      const before = tf.memory().numTensors;
      await score(pipeline, data);
      await classify(pipeline, data);
      await sample(pipeline, 3);
      await reconstruct(pipeline, data);
      await interpolate(pipeline, data, data, 3);
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

describe('the other verbs', () => {
  test('classify agrees with the probabilities of score', async () => {
    for (const [, pipeline, data] of kinds()) {
      const { labels, probabilities, indices } = await classify(pipeline, data);
      expect(probabilities).toEqual((await score(pipeline, data)).probabilities);
      expect(labels).toEqual(Array.from(indices, (i) => pipeline.input.classes[i]));
    }
  });

  test('reconstruct comes back within its bound; interpolate begins and ends at its ends', async () => {
    for (const [kind, pipeline, data] of kinds()) {
      const back = await reconstruct(pipeline, data);
      back.maxError.forEach((error, i) => expect(error).toBeLessThan(back.errorBound[i]! + 1e-4));
      const paths = await interpolate(pipeline, data, back.count === 4 ? data : data, 5);
      expect(paths.count).toBe(20);
      const size = paths.values.length / 20;
      const ends = [0, 4].map((step) => Array.from(paths.values.subarray(step * size, (step + 1) * size)));
      const truth = Array.from(back.values.subarray(0, size));
      for (const end of ends)
        end.forEach((value, i) =>
          expect(Math.abs(value - truth[i]!)).toBeLessThan(kind === 'images' ? 1 : 1e-3),
        );
    }
  });

  test('draws are scored and inverted as the table or the images that they are', async () => {
    for (const pipeline of [table, images]) {
      const drawn = await sample(pipeline, 4, { seed: 2 });
      const { count, values } = drawn;
      const { input } = pipeline;
      const data =
        input.kind === 'table'
          ? { columns: input.columns, rows: count, values: values as Float64Array }
          : { count, shape: input.shape, levels: input.levels, images: values as Uint8Array };
      expect(await score(pipeline, drawn)).toEqual(await score(pipeline, data));
      expect(await reconstruct(pipeline, drawn)).toEqual(await reconstruct(pipeline, data));
    }
    await expect(score(table, await sample(images, 1))).rejects.toMatchObject({
      kind: 'data',
      message: 'pipeline.score: expected draws of shape [4], got [8,8,1]',
    });
  });

  test('samples of one seed begin alike', async () => {
    for (const [, pipeline] of kinds()) {
      const [few, more] = [await sample(pipeline, 3, { seed: 2 }), await sample(pipeline, 6, { seed: 2 })];
      expect(Array.from(more.values.subarray(0, few.values.length))).toEqual(Array.from(few.values));
    }
  });
});

describe('draws of one class', () => {
  const recipe: Recipe = {
    ...imageRecipe,
    validation: 4,
    model: {
      kind: 'image',
      head: { classes: 10, pool: 'bayes' },
      flow: {
        ...(imageRecipe.model as ImageIResNetConfig).flow,
        base: { kind: 'mixture', components: 10, spread: 3 },
      },
    },
  };

  const source = imageSource('digits', digits, recipe);
  let pipeline: Pipeline;
  beforeAll(async () => void ({ pipeline } = await train(source, recipe)));

  test('are judged by the nearest training images, beside held-out ones', async () => {
    const [training, heldOut] = [source.training.data, source.heldOut.data] as ImageSet[];
    const found = (await generationFigures(pipeline, training!, heldOut!, { perClass: 2, seed: 5 }))!;
    expect(found.drawn).toBe(20);
    // By the plain way: the nearest of all training images, for each of the first 20 held-out ones.
    const distance = (i: number) =>
      Math.min(
        ...Array.from(
          { length: training!.count },
          (_, j) =>
          Math.hypot(...Array.from({ length: 64 }, (__, c) => (heldOut!.images[i * 64 + c]! - training!.images[j * 64 + c]!) / 16)), // prettier-ignore
        ),
      );
    const mean = Array.from({ length: 20 }, (_, i) => distance(i)).reduce((a, b) => a + b) / 20;
    expect(found.nearest.real.mean).toBeCloseTo(mean, 10);
    // Digits are known by their neighbours; a network of three steps draws no digits, and far from
    // them.
    expect(found.rightClassOfReal.mean).toBeGreaterThanOrEqual(0.9);
    expect(found.rightClass.mean).toBeLessThan(0.9);
    expect(found.nearest.drawn.mean).toBeGreaterThan(found.nearest.real.mean);
    expect(found.twoSample.mean).toBeGreaterThan(0.7);
    expect(await generationFigures(table, training!, heldOut!)).toBe(null);
  });

  test('come from the component of the class, and the model knows them', async () => {
    expect(drawsClasses(pipeline)).toBe(true);
    // Levels are rounded, so that a few draws may change their class on the way.
    const drawn = await sample(pipeline, 20, { seed: 1, class: '3', temperature: 0.3 });
    const set = { ...takeImages(digits.train, Array.from({ length: 20 }, (_, i) => i)), images: drawn.values as Uint8Array }; // prettier-ignore
    const { labels } = await classify(pipeline, set);
    expect(labels.filter((label) => label === '3').length).toBeGreaterThanOrEqual(18);
    await expect(sample(pipeline, 1, { class: '11' })).rejects.toThrow(
      "pipeline.sample: expected a class of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, got '11' (did you mean '1'?)",
    );
    await expect(sample(table, 1, { class: 'setosa' })).rejects.toThrow(
      'pipeline.sample: expected a model whose base has a component for each class',
    );
  });
});

describe('sources', () => {
  test('no row and no image is in two parts', () => {
    const rows = tableSource('iris', iris(), tableRecipe);
    const parts = [rows.training, rows.validation, rows.heldOut].map(({ numbers }) => Array.from(numbers!));
    expect(new Set(parts.flat()).size).toBe(150);
    expect(parts.map(({ length }) => length)).toEqual([112, 23, 15]);
    const pictures = imageSource('digits', digits, imageRecipe);
    expect(pictures.training.count + pictures.validation.count + pictures.heldOut.count).toBe(1797);
    expect(pictures.validation.count).toBe(89);
  });
});

describe('recipes', () => {
  test('a logit in front of images, narrow where the levels at the ends are dense', () => {
    const grey = { count: 2, shape: [2, 2, 1], levels: 256, classes: ['a', 'b'], labels: new Uint8Array(2) } as const; // prettier-ignore
    const drawing = imageKind({ ...grey, images: Uint8Array.of(0, 255, 0, 7, 254, 1, 9, 8) });
    expect(drawing).toEqual({ count: 2, shape: [2, 2, 1], classes: 2, levels: 256, ends: 0.38 });
    expect(logitAlpha(drawing)).toBe(6.1e-5); // 1/(64 · 256)
    expect(logitAlpha({ ...drawing, ends: 0.02 })).toBe(0.05);
    const digitsKind = imageKind(digits.train);
    for (const task of ['density', 'hybrid'] as const) {
      const { model } = defaultRecipe('images', task, digitsKind);
      expect(model.flow.transform).toEqual({ kind: 'logit', alpha: 0.00092, low: -0.5 }); // 1/(64 · 17)
      checkRecipe('r.json', defaultRecipe('images', task, digitsKind));
    }
    expect(defaultRecipe('images', 'hybrid', digitsKind)).toEqual(defaultRecipe('digits'));
    const small = fittedPreset(iResNetPreset('mnist-density-small'), 'density', digitsKind);
    expect(small.flow.transform).toBe(undefined);
  });

  test.each<[object, RegExp]>([
    [{ stpes: 3 }, /unknown key 'stpes' \(did you mean 'steps'\?\)/],
    [{ steps: 0 }, /steps: expected an integer ≥ 1, got 0/],
    [{ optimizer: 'adan' }, /optimizer: expected one of .*got 'adan' \(did you mean 'adam'\?\)/],
    [
      { model: { kind: 'dense', flow: { ...tiny.flow, activaton: 'elu' } } },
      /unknown key 'activaton' \(did you mean 'activation'\?\)/,
    ],
    [{ model: undefined }, /expected a model of kind dense or image, got nothing/],
  ])('%j is refused', (change, message) => {
    expect(() => checkRecipe('r.json', { ...tableRecipe, ...change })).toThrow(message);
  });

  test('a run that is stopped goes on to the same bits', async () => {
    const source = () => tableSource('iris', iris(), tableRecipe);
    const whole = await train(source(), tableRecipe);
    const stop = new AbortController();
    const first = await train(source(), tableRecipe, {
      signal: stop.signal,
      callbacks: [{ onStepEnd: ({ step }) => void (step === 3 && stop.abort()) }],
    });
    expect(first.result.stopReason).toBe('aborted');
    const second = await train(source(), tableRecipe, { resume: first.result.state });
    const values = ({ pipeline: { model } }: typeof whole) =>
      Object.values(model.params).map((variable) => Array.from(variable.dataSync()));
    expect(values(second)).toEqual(values(whole));
  });

  test('with patience the model of the best validation is the result, also of a run that was stopped', async () => {
    // So fast that it gets worse within a few steps.
    const recipe = { ...tableRecipe, steps: 80, learningRate: 0.5, warmup: 0, validateEvery: 2, patience: 3 };
    const source = () => tableSource('iris', iris(), recipe);
    const losses: number[] = [];
    const best = async ({ pipeline }: { pipeline: Pipeline }) => {
      const { data, labels } = source().validation;
      return validationFigures(await score(pipeline, data), labels, recipe, 4).loss;
    };
    const whole = await train(source(), recipe, { onValidated: (_step, { loss }) => losses.push(loss) });
    expect(whole.result.stopReason).toBe('patience');
    expect(losses.slice(-3).every((loss) => loss > Math.min(...losses))).toBe(true);
    expect(await best(whole)).toBe(Math.min(...losses));
    const values = ({ pipeline: { model } }: typeof whole) =>
      Object.values(model.params).map((variable) => Array.from(variable.dataSync()));
    const last = whole.result.step;
    // Before the best, between it and the end, and after the last step.
    for (const at of [1, last - 3, last]) {
      const stop = new AbortController();
      const first = await train(source(), recipe, {
        signal: stop.signal,
        callbacks: [{ onStepEnd: ({ step }) => void (step === at && stop.abort()) }],
      });
      const second = await train(source(), recipe, { resume: first.result.state });
      expect(second.result).toMatchObject({ stopReason: 'patience', step: last, best: whole.result.best });
      expect(values(second)).toEqual(values(whole));
    }
  });

  test('every model that is kept holds its bounds by proof', async () => {
    const bounds: number[] = [];
    const recipe = { ...tableRecipe, validateEvery: 1 };
    const { pipeline } = await train(tableSource('iris', iris(), recipe), recipe, {
      keepBest: async ({ model }) =>
        void bounds.push(...model.flow.blocks.map((block) => block.lipschitzBound())),
    });
    bounds.push(...pipeline.model.flow.blocks.map((block) => block.lipschitzBound()));
    expect(bounds.length).toBeGreaterThan(2);
    // Two layers of coefficient 0.9 and a sine.
    for (const bound of bounds) expect(bound).toBeLessThanOrEqual(0.81 * (1 + 1e-6));
  });
});

function range({ columns, values }: Table, from: number, to: number): Table {
  const width = columns.length;
  return { columns, rows: to - from, values: values.subarray(from * width, to * width) };
}

function wideTable(rows: number, width: number): Table {
  const x = createRng(8).normal([rows, width]);
  const values = Float64Array.from(x.dataSync());
  x.dispose();
  return { columns: Array.from({ length: width }, (_, j) => `c${j}`), rows, values };
}

/** Files of a folder by HTTP, on this machine alone. */
async function serve(root: string): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const file = join(root, decodeURIComponent(url));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

test('a table with a mixture for its base has a component for each class, and is drawn from by class', async () => {
  const recipe: Recipe = {
    ...tableRecipe,
    steps: 40,
    learningRate: 0.02,
    model: { ...tiny, flow: { ...tiny.flow, base: 'mixture' } },
  };
  const { pipeline } = await train(tableSource('iris', iris(), recipe), recipe);
  expect(pipeline.model.config.head).toEqual({ classes: 3, pool: 'bayes' });
  const { values } = await sample(pipeline, 60, { seed: 1, class: 'setosa' });
  const rows = Array.from({ length: 60 }, (_, i) => Array.from(values.subarray(4 * i, 4 * i + 4)));
  const { labels } = await classify(pipeline, rows);
  // Draws of the component of a class are of that class by Bayes' rule, but for those where two
  // meet.
  expect(labels.filter((label) => label === 'setosa').length).toBeGreaterThan(50);
  const eight: Recipe = {
    ...recipe,
    steps: 1,
    model: { ...tiny, flow: { ...tiny.flow, base: { kind: 'mixture', components: 8 } } },
  };
  const other = await train(tableSource('iris', iris(), eight), eight);
  expect(other.pipeline.model.config.head).toEqual({ classes: 3, pool: 'none' });
});
