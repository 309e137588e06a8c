import { describe, expect, test } from 'vitest';
import { defaultRecipe } from '../src';
import { metricsUpTo, parseMetrics, parseRunConfig, runConfig } from '../src/run';

describe('configuration', () => {
  const good = runConfig({ kind: 'embedded', name: 'iris' }, defaultRecipe('table'));

  test('the defaults are a configuration, and one without a version is of the first', () => {
    expect(parseRunConfig(good, 'x')).toEqual(good);
    const { data, seed, steps, batchSize, learningRate, noise, holdOut, emaDecay, clipNorm, model } = good;
    const flow = { blocks: 6, hidden: [64, 64], activation: 'sin', coefficient: 0.98 };
    const older = { data, seed, steps, batchSize, learningRate, noise, holdOut, emaDecay, clipNorm, ...flow };
    // Held-out rows drew the curve of a run of the first version.
    const { logDet: _logDet, ...pieces } = model.flow as { logDet?: unknown };
    const { patience: _p, validateEvery: _e, whiten: _w, byCategory: _b, transform: _t, ...all } = good;
    expect(parseRunConfig(older, 'x')).toEqual({
      ...all,
      validation: 0,
      model: { kind: 'dense', flow: { ...pieces, blocks: 6 } },
    });
  });

  const dense = good.model as { kind: 'dense'; flow: object };
  const withFlow = (change: object) => ({ ...good, model: { ...dense, flow: { ...dense.flow, ...change } } });

  test.each([
    [{ ...good, stpes: 3 }, "unknown key 'stpes' (did you mean 'steps'?)"],
    [{ ...good, data: { kind: 'file', fiel: 'a.csv' } }, "unknown key 'fiel' (did you mean 'file'?)"],
    [{ ...good, data: { kind: 'file' } }, 'data.file: expected a text, got nothing'],
    [{ ...good, steps: '40' }, "steps: expected an integer ≥ 1, got '40'"],
    [withFlow({ coefficient: 1 }), 'coefficient: expected a number > 0 and < 1 or null, got 1'],
    [withFlow({ blocks: 0 }), 'blocks: expected an integer ≥ 1'],
    [{ ...good, version: 3, wings: true }, 'c.json: expected version 2 or older, got 3: a newer iresnet made it; update this one'],
    [null, 'c.json: expected the configuration of a run, got null'],
    [{ ...good, seed: -1, noise: NaN }, 'seed: expected an integer ≥ 0, got -1; noise: expected a number ≥ 0 and ≤ 1000, got NaN'],
    [{ ...good, task: 'hybrid' }, 'expected the task hybrid with a label and density without, got hybrid'],
    [{ ...good, data: { kind: 'set', name: 'digits' } }, 'expected a model of kind image for the data, got dense'],
  ])('%j', (value, message) => {
    expect(() => parseRunConfig(value, 'c.json')).toThrow(
      expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
    );
  }); // prettier-ignore

  test('__proto__ is a key like others', () => {
    const value: unknown = JSON.parse(JSON.stringify(good).replace('{', '{"__proto__": {"polluted": 1}, '));
    expect(() => parseRunConfig(value, 'c.json')).toThrow("unknown key '__proto__'");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('metrics', () => {
  const line = (event: string, step: number): string => `${JSON.stringify({ event, step, loss: 1 })}\n`;

  test('a line that a killed run was writing is passed over, and cut', () => {
    const before = line('begin', 0) + line('step', 1) + line('step', 2);
    const text = `${before}${line('step', 3)}${line('end', 2)}{"event":"st`;
    expect(parseMetrics(text, 'm').map(({ step }) => step)).toEqual([0, 1, 2, 3, 2]);
    expect(metricsUpTo(text, 'm', 2)).toBe(before);
  });

  test.each([
    ['not json\n', /line 2: expected JSON/],
    ['{"event":"step"}\n', /line 2: expected an event and a step/],
  ])('another line is an error that names it: %j', (text, message) => {
    expect(() => parseMetrics(line('begin', 0) + text, 'm')).toThrow(message);
  });
});
