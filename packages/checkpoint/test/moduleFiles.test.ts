import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeModuleFiles, encodeModuleFiles } from '../src';
import { saveModule } from '../src/node';

afterEach(() => {
  vi.unstubAllGlobals();
});

const module = () => ({
  config: { b: [1, { z: 2, a: 'ö' }], a: null },
  module: { params: { 'layer.kernel': tf.variable(tf.range(0, 6).reshape([2, 3])) } },
});

describe('the files of a folder', () => {
  test('are those that are written to a disk, byte for byte', async () => {
    const dir = join(mkdtempSync(join(tmpdir(), 'files-')), 'model');
    await saveModule(dir, module());
    const files = await encodeModuleFiles(module());
    expect([...files.keys()].sort()).toEqual(readdirSync(dir).sort());
    for (const [name, bytes] of files)
      expect(Buffer.from(bytes).equals(readFileSync(join(dir, name)))).toBe(true);
    const { config, tensors } = await decodeModuleFiles(files);
    expect(config).toEqual(module().config);
    expect(tensors.get('layer.kernel')!.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
  });

  test.each(['manifest.json', 'model.safetensors'])('any changed byte of %s is found', async (name) => {
    const files = await encodeModuleFiles(module());
    const { length } = files.get(name)!;
    for (let at = 0; at < length; at += 7) {
      const changed = files.get(name)!.slice();
      changed[at]! ^= 1;
      await expect(decodeModuleFiles(new Map(files).set(name, changed), 'run/model')).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('run/model/') as string,
      });
    }
    files.delete(name);
    await expect(decodeModuleFiles(files, 'run/model')).rejects.toThrow(
      `run/model: expected ${name} in the folder of a model, got none`,
    );
  });

  test('in a page without hashes none are made, and the size is verified', async () => {
    const files = await encodeModuleFiles(module());
    vi.stubGlobal('crypto', {});
    await expect(encodeModuleFiles(module())).rejects.toThrow('expected a page of https or localhost');
    expect((await decodeModuleFiles(files)).config).toEqual(module().config);
    const short = new Map(files).set('model.safetensors', files.get('model.safetensors')!.subarray(1));
    await expect(decodeModuleFiles(short)).rejects.toThrow(/expected \d+ bytes/);
  });
});
