import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { parseSafetensors } from '@iresnet/checkpoint';
import { createRng } from '@iresnet/core';
import { iResNet } from '@iresnet/model';
import { loadOfficialState, officialConfig } from '@iresnet/model/official';
import { saveModel } from '@iresnet/pipeline/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../src/open';
import { root } from './harness/bundle';
import { usePages } from './harness/page';

const home = mkdtempSync(join(tmpdir(), 'browser-models-'));
const saved = join(root, 'packages/pipeline/test/fixtures');

/** A saved model of each kind, with the number of values that are compared. */
const models = {
  'a table run': join(saved, 'table-v1'),
  'a labelled table run': join(saved, 'table-v2'),
  'a plane run': join(saved, 'plane-v1'),
  'a digits run': join(saved, 'images-v1'),
  'an imported official model': join(home, 'official'),
};

const inPage = usePages({ ...models });

beforeAll(async () => {
  await setBackend('cpu');
  const file = join(root, 'apps/golden/test/fixtures/C2_classifier_injpad.safetensors');
  const { tensors } = parseSafetensors(readFileSync(file));
  const official = new Map(
    [...tensors].flatMap(([name, tensor]) => (name.startsWith('state.') ? [[name.slice(6), tensor]] : [])),
  );
  const shape = [12, 12, 3] as const;
  const config = officialConfig(official, { shape, where: file });
  const model = iResNet(config, createRng(0));
  loadOfficialState(model, official, file);
  const classes = Array.from({ length: config.head!.classes }, (_, i) => String(i));
  const input = { kind: 'images', title: 'official', shape, levels: 256, classes } as const;
  await saveModel(models['an imported official model'], { model, input, task: 'classify', recipe: null });
  model.dispose();
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

describe.each(['cpu', 'wasm'] as const)('%s', (backend) => {
  test.each(Object.entries(models))('%s gives the same bits in a page as in Node', async (name, folder) => {
    const found = await inPage('open', open, { model: encodeURI(`/${name}`), backend, wasmPaths: '/wasm' });
    const expected = await open({ model: folder, backend });
    expect(found.values).toEqual(expected.values);
    // Logarithms, sines and powers of engines differ by 1e-16; a slope by differences magnifies
    // that by 2²⁴. It is counted in the bounds.
    expect(found.bounds.length).toBe(expected.bounds.length);
    found.bounds.forEach((bound, i) => {
      // Infinity stands where there is no proof.
      const there = expected.bounds[i]!;
      if (bound !== there) expect(Math.abs(bound / there - 1)).toBeLessThan(1e-8);
    });
    expect(expected.values.length).toBeGreaterThanOrEqual(12);
    expect(expected.values.filter(Number.isNaN)).toEqual([]);
  });
});
