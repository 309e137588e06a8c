import { expect, test } from 'vitest';
import { IResNetError, type ErrorKind } from '@iresnet/core';
import { didYouMean, quoted } from '@iresnet/core/internal';
import { digitImages } from '@iresnet/datasets';
import type { ImageIResNetConfig } from '@iresnet/model';
import { defaultRecipe, readColumnChoices } from '@iresnet/pipeline';
import { runConfig, trainCommand } from '@iresnet/pipeline/run';
import { describeFailure } from '../src/exit';
import { ofFlag } from '../src/underName';
import { resolveRequest } from '../src/requests/train';

test('the command that gives a run again is one for a shell', () => {
  const data = { kind: 'file', file: "it's a table.csv", columns: ['a', 'b c'] } as const;
  const config = runConfig(data, defaultRecipe('table'));
  expect(trainCommand(config)).toMatch(
    /^iresnet train --data 'it'\\''s a table\.csv' --columns 'a,b c' --steps 400 /,
  );
  expect(quoted('runs/001-a_b.csv')).toBe('runs/001-a_b.csv');
});

test('the command of a run on images has its base and its logit, which give the model again', () => {
  const data = { kind: 'set', name: 'digits' } as const;
  const config = runConfig(data, defaultRecipe('digits'));
  const command = trainCommand(config);
  expect(command).toContain(`--linear --transform '{"kind":"logit","alpha":0.00092,"low":-0.5}'`);
  const base = /--base '(.*?)'/.exec(command)![1]!;
  const images = { kind: 'images', title: 'digits', train: digitImages(), test: null } as const;
  const asked = (name: string) =>
    resolveRequest({ dataset: 'digits', base: name }).configure(images).model as ImageIResNetConfig;
  expect(asked(base)).toEqual(config.model);
  // Another base has no component for each class.
  expect(asked('diagonalNormal').head).toEqual({ classes: 10, pool: 'none' });
  expect(asked('mixture:components=3').head).toEqual({ classes: 10, pool: 'none' });
  const old = { ...(config.model as ImageIResNetConfig).flow, linear: false, transform: 'none' } as const;
  expect(trainCommand({ ...config, model: { ...config.model, flow: old } as ImageIResNetConfig })).toContain(
    '--no-linear --transform none',
  );
});

test('--transform names a transform of all columns, or of one', () => {
  expect(readColumnChoices(['price=log', 'a=b=logit:low=0,high=100', 'asinh'])).toEqual({
    all: 'asinh',
    columns: [
      { column: 'price', transform: 'log' },
      { column: 'a=b', transform: { kind: 'logit', low: 0, high: 100 } },
    ],
  });
  const before = { all: 'auto', columns: [{ column: 'x', transform: 'log' }] } as const;
  expect(readColumnChoices(['none'], before)).toEqual({ all: 'none' });
  expect(readColumnChoices(['x={"kind":"log","low":2}'], before).columns).toEqual([
    { column: 'x', transform: { kind: 'log', low: 2 } },
  ]);
  expect(() => readColumnChoices(['x=lug'], before, '--transform')).toThrow(
    /^--transform: expected one of auto, .*did you mean 'log'/,
  );
  expect(() => readColumnChoices(['x=logit:low=5'], before, '--transform')).toThrow(
    '--transform: expected low < high in x=logit:low=5, got 5 and 1',
  );
  expect(() => readColumnChoices(['x=log:hgh=5'], before, '--transform')).toThrow(/^--transform.*hgh/);
  const columns = [{ column: 'b c', transform: { kind: 'log', low: 2 } }] as const;
  expect(
    trainCommand({
      ...runConfig({ kind: 'embedded', name: 'iris' }, defaultRecipe('table')),
      transform: { all: 'auto', columns },
    }),
  ).toContain(`--transform auto --transform 'b c={"kind":"log","low":2}'`);
});

test.each([
  ['mooons', " (did you mean 'moons'?)"],
  ['MOON', " (did you mean 'moons'?)"],
  ['stpes', " (did you mean 'steps'?)"],
  ['zebra', ''],
])('a suggestion for %s', (name, text) => expect(didYouMean(name, ['moons', 'rings', 'steps'])).toBe(text));

test('a refusal of a package is said of what the user wrote', async () => {
  const refusal = (where: string, kind: ErrorKind = 'argument') =>
    new IResNetError(kind, where, 'expected 1');
  const said = (error: unknown): string => describeFailure(error, 'iresnet train').message;
  expect(said(refusal('pipeline.logit'))).toBe('error: iresnet train: expected 1');
  expect(said(refusal('iresnet score'))).toBe('error: iresnet score: expected 1');
  expect(said(refusal('sales.csv'))).toBe('error: sales.csv: expected 1');
  expect(said(refusal('model.csv', 'data'))).toBe('error: model.csv: expected 1');
  const thrown = await ofFlag('--shard', () => Promise.reject(refusal('pipeline.parseShard'))).catch(said);
  expect(thrown).toBe('error: --shard: expected 1');
});
