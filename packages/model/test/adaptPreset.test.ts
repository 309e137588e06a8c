import { expect, test } from 'vitest';
import { adaptPreset, iResNetPreset, parseIResNetConfig } from '../src';

const squeezes = (shape: readonly [number, number, number]) =>
  adaptPreset(iResNetPreset('cifar10-density-small'), { shape, classes: null }).flow.scales.map(
    ({ squeeze }) => squeeze,
  );

test('squeezes while both sides are even', () => {
  expect(squeezes([32, 32, 3])).toEqual([true, true, true]);
  expect(squeezes([28, 28, 1])).toEqual([true, true, false]);
  expect(squeezes([12, 6, 1])).toEqual([true, false, false]);
  expect(squeezes([7, 8, 1])).toEqual([false, false, false]);
  const small = iResNetPreset('mnist-classifier-small');
  expect(adaptPreset(small, { shape: [5, 5, 1], classes: 3 }).flow.initialSqueeze).toBe(false);
});

test('a head of so many classes, or none', () => {
  const shape = [8, 8, 1] as const;
  const density = iResNetPreset('mnist-density-small');
  const classifier = iResNetPreset('mnist-classifier-small');
  expect(adaptPreset(density, { shape, classes: 4 }).head).toEqual({ classes: 4, pool: 'none' });
  expect(adaptPreset(classifier, { shape, classes: 4 }).head).toEqual({ classes: 4, pool: 'average' });
  expect(adaptPreset(classifier, { shape, classes: null }).head).toBe(null);
});

test('a component of the base for each class, where the classes are those of the base', () => {
  const { flow } = iResNetPreset('digits-hybrid');
  const base = { kind: 'mixture', components: 3, spread: 0.5 } as const;
  const preset = { kind: 'image', flow: { ...flow, base }, head: { classes: 3, pool: 'bayes' } } as const;
  const shape = [6, 6, 1] as const;
  const adapted = adaptPreset(preset, { shape, classes: 7 });
  expect(adapted.flow.base).toEqual({ ...base, components: 7 });
  expect(adapted.head).toEqual({ classes: 7, pool: 'bayes' });
  parseIResNetConfig(adapted);
  expect(adaptPreset(preset, { shape, classes: null }).flow.base).toEqual(base);
});

test('the same images give the same configuration, which passes the check', () => {
  const preset = iResNetPreset('digits-hybrid');
  expect(adaptPreset(preset, { shape: preset.flow.shape, classes: 10 })).toEqual(preset);
  parseIResNetConfig(adaptPreset(preset, { shape: [6, 10, 3], classes: 2 }));
});

test('a caller’s mistakes', () => {
  const preset = iResNetPreset('digits-hybrid');
  expect(() => adaptPreset(preset, { shape: [8, 0, 1], classes: 2 })).toThrow(
    'model.adaptPreset: expected shape [h,w,c] of positive integers, got [8,0,1]',
  );
  expect(() => adaptPreset(preset, { shape: [8, 8, 1], clases: 2 } as never)).toThrow(
    "got 'clases' (did you mean 'classes'?)",
  );
});
