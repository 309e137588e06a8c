import * as tf from '@tensorflow/tfjs';
import { decodeModule, toSafetensors } from '@iresnet/checkpoint';
import { createRng } from '@iresnet/core';
import { denseFlowDefaults, iResNet, iResNetPreset, type IResNetConfig } from '@iresnet/model';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePipeline, encodePipeline, score, type Input, type Pipeline } from '../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const dense: IResNetConfig = {
  kind: 'dense',
  flow: { ...denseFlowDefaults(2), blocks: 2, hidden: [4] },
  head: null,
};
const preset = iResNetPreset('digits-hybrid');
const scales = [{ blocks: 1, channels: 2, squeeze: true }];
const image: IResNetConfig = { ...preset, flow: { ...preset.flow, scales }, head: null };
const inputs: Readonly<Record<IResNetConfig['kind'], Input>> = {
  dense: { kind: 'table', title: 't', columns: ['a', 'b'], label: null, classes: [] },
  image: { kind: 'images', title: 'i', shape: [8, 8, 1], levels: 17, classes: [] },
};

/** A good file of a network whose configuration says something else. */
async function claiming(config: IResNetConfig, flow: object, rest: object = {}): Promise<Uint8Array> {
  const model = iResNet(config as never, createRng(0));
  const pipeline: Pipeline = { model, input: inputs[config.kind], task: 'density', recipe: null };
  const stored = decodeModule(await encodePipeline(pipeline));
  model.dispose();
  const claimed = { ...stored.config, model: { ...config, flow: { ...config.flow, ...flow }, ...rest } };
  return toSafetensors(stored.tensors, { config: JSON.stringify(claimed) });
}

const cases: [string, IResNetConfig, object, RegExp, object?][] = [
  ['a million blocks', dense, { blocks: 1e6 }, /flow\.blocks: expected an integer ≤ 10000, got 1000000/],
  ['ten thousand blocks', dense, { blocks: 1e4 }, /a network of more than the \d+ values that they hold/],
  ['two wide layers', dense, { hidden: [30000, 30000] }, /a network of more than/],
  ['two layers of a million', dense, { hidden: [1e6, 1e6] }, /a network of more than/],
  ['a layer of a billion', dense, { hidden: [1e9] }, /flow\.hidden\.0: expected an integer ≤ 1048576/],
  ['a thousand layers', dense, { hidden: Array.from({ length: 1000 }, () => 1) }, /flow\.hidden: expected a list of at most 64/], // prettier-ignore
  ['a hundred million columns', dense, { dimension: 1e8 }, /flow\.dimension: expected an integer ≤ 1048576/],
  [
    'a million columns',
    dense,
    { dimension: 1e6 },
    /input\.columns: expected 1000000, as the network has, got 2/,
  ],
  ['matrices of a million columns', dense, { dimension: 1e6, hidden: [1], linear: true }, /expected 1000000, as the network has/], // prettier-ignore
  ['a deep branch', dense, { branch: { kind: 'iDenseNet', depth: 1000, growth: 1e6 } }, /a network of more than/], // prettier-ignore
  ['a billion terms', dense, { logDet: { kind: 'powerSeries', truncation: { kind: 'terms', terms: 1e9 } } }, /expected terms as an integer ≤ 10000/], // prettier-ignore
  ['images of ten gigabytes', image, { shape: [1e5, 1e5, 1] }, /at most 16777216 values with their padding, got 10000000000/], // prettier-ignore
  [
    'images of 64 megabytes',
    image,
    { shape: [4096, 4096, 1] },
    /input\.shape: expected \[4096,4096,1\], as the network has, got \[8,8,1\]/,
  ],
  ['a million channels', image, { scales: [{ ...scales[0]!, channels: 1e6 }] }, /a network of more than/],
  ['a million blocks on images', image, { scales: [{ ...scales[0]!, blocks: 1e6 }] }, /blocks: expected an integer ≤ 10000/], // prettier-ignore
  ['many scales', image, { scales: Array.from({ length: 65 }, () => scales[0]) }, /flow\.scales: expected a list of at most 64/], // prettier-ignore
  ['a kernel of 255 × 255', image, { branch: { kind: 'bottleneck', kernelSize: 255 } }, /a network of more than|expected/], // prettier-ignore
];

describe('a small file that claims', () => {
  test.each(cases)(
    '%s is refused at once, and nothing is left',
    async (_name, config, flow, message, rest) => {
      const bytes = await claiming(config, flow, rest);
      const { numTensors, numBytes } = tf.memory();
      const began = process.cpuUsage();
      expect(() => decodePipeline(bytes)).toThrow(
        expect.objectContaining({ kind: 'data', message: expect.stringMatching(message) as string }),
      );
      // A second of the processor is a hundred times what it takes; without the check it would be
      // minutes.
      expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5);
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    },
  );

  test('what it holds opens', async () => {
    for (const config of [dense, image]) {
      const { model } = decodePipeline(await claiming(config, {}));
      expect(model.config).toEqual(config);
      model.dispose();
    }
  });
});

describe('a file whose parts contradict each other', () => {
  const columns = { mean: [10, -3], deviation: [2, 0.5] };
  const table: IResNetConfig = { ...dense, flow: { ...dense.flow, standardize: columns } };

  test('tensors of another standardization than the configuration has', async () => {
    const other = { mean: [10, -3.01], deviation: [2, 0.5] };
    const bytes = await claiming(table, { standardize: other });
    expect(() => decodePipeline(bytes, 'f')).toThrow(
      /^f: tensor "flow\.bijector\.0\.shift": expected 6\.019\d* at index 1, as the configuration says, got 6$/,
    );
    decodePipeline(await claiming(table, {})).model.dispose();
  });

  test.each([
    ['columns', { columns: ['a', 'a'] }, "input.columns: expected each name once, got 'a' twice"],
    ['a column that is the label', { label: 'b' }, "input.columns: expected each name once, got 'b' twice"],
    ['classes', { classes: ['p', 'p'] }, "input.classes: expected each name once, got 'p' twice"],
  ])('%s of one name', async (_name, change, message) => {
    const model = iResNet(dense as never, createRng(0));
    const input = { ...inputs.dense, ...change } as Input;
    const bytes = await encodePipeline({ model, input, task: 'density', recipe: null });
    model.dispose();
    expect(() => decodePipeline(bytes)).toThrow(message);
  });

  test('a normalization that was never started does not start on the first rows to be scored', async () => {
    const { model, ...rest } = decodePipeline(await claiming(table, {}));
    for (const [name, variable] of Object.entries(model.params))
      if (name.endsWith('.initialized')) tf.tidy(() => variable.assign(tf.zerosLike(variable)));
    const bytes = await encodePipeline({ model, ...rest });
    model.dispose();
    const scores = async (rows: number[][]): Promise<number[]> => {
      const opened = decodePipeline(bytes);
      const { logProb } = await score(opened, rows);
      opened.model.dispose();
      return Array.from(logProb!);
    };
    const rows = [[10, -3], [12, -2], [1000, 50]]; // prettier-ignore
    const whole = await scores(rows);
    expect(await scores([...rows].reverse())).toEqual(whole.reverse());
  });
});
