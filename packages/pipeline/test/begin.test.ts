import * as tf from '@tensorflow/tfjs';
import { faithful, iris, toy2d } from '@iresnet/datasets';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultRecipe, planeSource, score, tableSource, train, type Pipeline, type Recipe } from '../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a run that is watched step by step gives the bits of one that is not', async () => {
  const base = defaultRecipe('plane');
  const model = { ...base.model, flow: { ...base.model.flow, blocks: 2, hidden: [8] } } as Recipe['model'];
  const recipe: Recipe = { ...base, steps: 3, batchSize: 16, model };
  const point = [[0.5, 0.25]];
  const seen: number[] = [];
  let learning: Pipeline | undefined;
  const watched = await train(planeSource(toy2d('moons'), recipe), recipe, {
    onBegin: (pipeline) => (learning = pipeline),
    callbacks: [{ onStepEnd: async () => void seen.push((await score(learning!, point)).logProb![0]!) }],
  });
  const alone = await train(planeSource(toy2d('moons'), recipe), recipe);
  expect(learning).toBe(watched.pipeline);
  expect(new Set(seen).size).toBe(3);
  const ends = await Promise.all([watched, alone].map(({ pipeline }) => score(pipeline, point)));
  expect(ends[0]!.logProb).toEqual(ends[1]!.logProb);
});

describe('a model that begins with the weights of another', () => {
  const base = defaultRecipe('table');
  const ofWidth = (width: number): Recipe => ({
    ...base,
    steps: 3,
    model: { ...base.model, flow: { ...base.model.flow, blocks: 2, hidden: [width] } } as Recipe['model'],
  });
  const recipe = ofWidth(8);
  const source = () => tableSource('faithful', faithful(), recipe);

  test('is that model as long as no step moves it, and learns on from there', async () => {
    const { pipeline: start } = await train(source(), recipe);
    const rows = source().heldOut.data;
    const truth = (await score(start, rows)).logProb!;
    const scoresOf = async (learningRate: number, own?: Pipeline): Promise<number> => {
      const options = own ? { start: own } : {};
      const { pipeline } = await train(source(), { ...recipe, learningRate }, options);
      const scores = (await score(pipeline, rows)).logProb!;
      return Math.max(...scores.map((value, i) => Math.abs(value - truth[i]!)));
    };
    // Bounds that hold are left alone; float32 rounds a scale at most.
    expect(await scoresOf(1e-12, start)).toBeLessThan(1e-4);
    expect(await scoresOf(1e-12)).toBeGreaterThan(0.01);
    expect(await scoresOf(0.01, start)).toBeGreaterThan(0.01);
  });

  test('takes the same columns and has the same architecture', async () => {
    const { pipeline: start } = await train(source(), recipe);
    await expect(train(tableSource('iris', iris(), recipe), recipe, { start })).rejects.toThrow(
      /^pipeline\.train: expected a start that takes the columns Sepal.*, got one that takes the columns eruptions, waiting$/,
    );
    const wider = ofWidth(9);
    await expect(train(tableSource('faithful', faithful(), wider), wider, { start })).rejects.toThrow(
      /pipeline\.train: start: expected the tensors of the module, got \d+ differences/,
    );
  });
});
