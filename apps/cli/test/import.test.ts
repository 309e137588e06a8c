import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { parseSafetensors, toSafetensors, type NamedTensors } from '@iresnet/checkpoint';
import { describe, expect, test } from 'vitest';
import { openModel } from '@iresnet/pipeline';
import { here, succeed, temporaryFolder } from './command';

const golden = join(dirname(fileURLToPath(import.meta.url)), '../../golden/test/fixtures');
const { tensors: official } = parseSafetensors(
  readFileSync(join(golden, 'C2_classifier_injpad.safetensors')),
);
const home = temporaryFolder('iresnet import ');
const path = (name: string): string => join(home, name);

/** The state_dict of the official classifier, as a file that Python would have written. */
function stateFile(name: string, change: (state: Map<string, unknown>) => void = () => undefined): string {
  const state = new Map(
    [...official].flatMap(([key, tensor]) => (key.startsWith('state.') ? [[key.slice(6), tensor]] : [])),
  );
  change(state);
  writeFileSync(path(name), toSafetensors(state as unknown as NamedTensors, {}));
  return path(name);
}

/** An official tensor, NCHW. */
function tensorOf(name: string): tf.Tensor {
  const { data, shape } = official.get(name)!;
  return tf.tensor(Float32Array.from(data as ArrayLike<number>), [...shape]);
}

describe('iresnet import', () => {
  test('gives the scores and the reconstructions of the official network', async () => {
    const file = stateFile('official.safetensors');
    const text = await succeed('import', file, '--shape', '12,12,3', '--out', path('model'), '--json');
    expect(JSON.parse(text)).toMatchObject({ task: 'classify', blocks: 3, out: path('model') });
    const { model, task, input, recipe } = await openModel(path('model'));
    expect({ task, recipe }).toEqual({ task: 'classify', recipe: null });
    expect(input).toMatchObject({ kind: 'images', shape: [12, 12, 3], levels: 256 });
    expect(input.classes).toHaveLength(10);
    const x = tf.transpose(tensorOf('x'), [0, 2, 3, 1]);
    const difference = tf.max(tf.abs(tf.sub(model.logits(x), tensorOf('logits')))).dataSync()[0];
    // Both are float32; the official scores are off by 4.5e-7 of their own and of size 5.
    expect(difference).toBeLessThan(1e-5);
    expect(Math.max(...model.reconstruct(x).maxError)).toBeLessThan(1e-4);
    expect(await succeed('reconstruct', path('model'), '--help')).toContain('Examples');
  });

  test('a classifier that was trained on normalized pixels gets them', async () => {
    const file = stateFile('normalized.safetensors');
    const [mean, deviation] = [
      [0.4914, 0.4822, 0.4465],
      [0.2023, 0.1994, 0.201],
    ];
    const given = ['--mean', mean.join(), '--deviation', deviation.join()];
    const told = await here('import', file, '--shape', '12,12,3', '--out', path('other'));
    expect(told.stderr).toContain('give --mean and --deviation');
    const silent = await here('import', file, '--shape', '12,12,3', '--out', path('normal'), ...given);
    expect(silent.stderr).not.toContain('--mean');
    const [other, normal] = [await openModel(path('other')), await openModel(path('normal'))];
    const bytes = tf.floor(tf.randomUniform([4, 12, 12, 3], 0, 256, 'float32', 1));
    // As torchvision's ToTensor and Normalize do.
    const official = tf.div(tf.sub(tf.div(bytes, 255), mean), deviation);
    const ours = tf.sub(tf.div(tf.add(bytes, 0.5), 256), 0.5);
    const [expected, found] = [other.model.logits(official), normal.model.logits(ours)];
    // Float32, of size 5.
    expect(tf.max(tf.abs(tf.sub(expected, found))).dataSync()[0]).toBeLessThan(2e-5);
    expect(tf.max(tf.abs(tf.sub(expected, other.model.logits(ours)))).dataSync()[0]).toBeGreaterThan(0.01);
    expect(normal.model.certify().invertible).toBe(other.model.certify().invertible);
    expect(Math.max(...normal.model.reconstruct(ours).maxError)).toBeLessThan(1e-4);
  });

  test('a damaged, foreign or misshapen file: one message, nothing written', async () => {
    const missing = stateFile('missing.safetensors', (state) => {
      state.delete('stack.0.actnorm._shift');
      state.set('stack.9.more', state.get('bn1.bias'));
    });
    const bare = stateFile('bare.safetensors', (state) => state.delete('prior_mu'));
    writeFileSync(path('text.safetensors'), 'not a safetensors file');
    const whole = stateFile('whole.safetensors');
    const out = path('none');
    const mistakes: [string[], number, string[]][] = [
      [[missing, '--shape', '12,12,3', '--out', out], 3, ['stack.0.actnorm._shift', 'stack.9.more']],
      [[bare, '--shape', '12,12,3', '--out', out], 3, ['bare.safetensors', '"prior_mu"', 'got none']],
      [[whole, '--shape', '10,10,3', '--out', out], 3, ['whole.safetensors', '[10,10,3]']],
      [[path('text.safetensors'), '--out', out], 3, ['text.safetensors']],
      [
        [path('nothing.safetensors'), '--out', out],
        3,
        ['nothing.safetensors', 'expected a safetensors file'],
      ],
      [
        [whole, '--shape', '12,12,3', '--classes', 'a,b', '--out', out],
        2,
        ['iresnet import', 'expected 10 names of classes'],
      ],
      [
        [whole, '--shape', '12,12,3', '--mean', '0.5', '--deviation', '1', '--out', out],
        2,
        ['expected a mean and a deviation > 0 of each of 3 channels, got [0.5] and [1]'],
      ],
      [[whole, '--shape', '12,12,3', '--mean', '0,0,0', '--out', out], 2, ['--mean and --deviation']],
      [[whole, '--shape', '12,12', '--out', out], 2, ['--shape']],
      [[whole, '--out', home], 2, ['not there yet']],
      [[whole], 2, ['--out']],
    ];
    for (const [args, code, words] of mistakes) {
      const found = await here('import', ...args);
      expect({ args, code: found.code }).toEqual({ args, code });
      for (const word of words) expect(found.stderr).toContain(word);
      expect(existsSync(out)).toBe(false);
    }
  });
});
