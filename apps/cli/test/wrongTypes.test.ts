import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IResNetError } from '@iresnet/core';
import { defaultRecipe } from '@iresnet/pipeline';
import { parseRunConfig, runConfig, type RunInfo } from '@iresnet/pipeline/run';
import { readRunInfo, readRunMetrics } from '@iresnet/pipeline/run/node';
import { here, temporaryFolder } from './command';

const home = temporaryFolder('iresnet types ');
const wrong: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  '',
  'x',
  [],
  [[]],
  {},
  { kind: 'x' },
  { kind: 5 },
];

/** Every copy of a value in which one member, at any depth, is something else. */
function* changed(value: unknown): Generator<unknown> {
  yield* wrong;
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value))
    for (const member of changed((value as Record<string, unknown>)[key]))
      yield Array.isArray(value) ? Object.assign([...value], { [key]: member }) : { ...value, [key]: member };
}

/** What a function throws must be an error of ours; gives how many there were. */
function refusals(values: Iterable<unknown>, read: (value: unknown) => void): number {
  let count = 0;
  for (const value of values) {
    try {
      read(value);
    } catch (error) {
      count++;
      expect(error, JSON.stringify(value)).toBeInstanceOf(IResNetError);
      expect((error as IResNetError).message).toMatch(/^c\.json: /);
    }
  }
  return count;
}

const table = runConfig(
  { kind: 'embedded', name: 'iris', label: 'species' },
  defaultRecipe('table', 'hybrid'),
);
const images = runConfig({ kind: 'set', name: 'digits' }, defaultRecipe('digits', 'hybrid'));
const oldTable = { data: { kind: 'embedded', name: 'iris' }, seed: 1, steps: 5, batchSize: 8, learningRate: 0.1, noise: 0, holdOut: 0.3, emaDecay: null, clipNorm: null, blocks: 2, hidden: [4], activation: 'sin', coefficient: 0.9 }; // prettier-ignore
const { version: _, ...recipe } = images;
const oldImages = { ...recipe, optimizer: 'adam', weightDecay: 0 };

test.each([
  ['of a table', table],
  ['of images', images],
  ['of a table of the first version', oldTable],
  ['of images of the first version', oldImages],
])('a configuration %s with anything in any place is read or refused', (_name, config) => {
  parseRunConfig(config, 'c.json');
  const values = [...changed(config)];
  expect(values.length).toBeGreaterThan(150);
  expect(refusals(values, (value) => parseRunConfig(value, 'c.json'))).toBeGreaterThan(values.length / 2);
});

describe('a file of a run', () => {
  const info: RunInfo = { command: 'iresnet train', date: '2026-01-01', backend: 'cpu', threads: 1, node: 'v20', seconds: 1, steps: 2, stopReason: 'steps' }; // prettier-ignore

  test('run.json names the field that is wrong', () => {
    const put = (value: unknown) => writeFileSync(join(home, 'run.json'), JSON.stringify(value));
    put({ ...info, later: 'more' });
    expect(readRunInfo(home)).toEqual(info);
    for (const [name, value] of Object.entries(info)) {
      for (const other of [...wrong, undefined]) {
        if (typeof other === typeof value && other !== '') continue;
        put({ ...info, [name]: other });
        expect(() => readRunInfo(home)).toThrow(
          expect.objectContaining({ kind: 'data', message: expect.stringContaining(`run.json: record.${name}: expected`) as string }),
        ); // prettier-ignore
      }
    }
    for (const other of wrong) {
      put(other);
      expect(() => readRunInfo(home)).toThrow(expect.objectContaining({ kind: 'data' }));
    }
  });

  test('metrics.jsonl names the line', () => {
    const good = { event: 'step', step: 1, loss: 2 };
    for (const value of [...changed(good)]) {
      writeFileSync(join(home, 'metrics.jsonl'), `${JSON.stringify(good)}\n${JSON.stringify(value)}\n`);
      try {
        readRunMetrics(home);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'data', where: expect.stringMatching(/line 2$/) as string });
      }
    }
  });
});

test('--config holding anything else ends with 2 and the field, and no control character is printed', async () => {
  const out = join(home, 'out');
  const put = (text: string): string => {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'c.json'), text);
    return join(home, 'c.json');
  };
  const said = async (value: unknown) => {
    const file = put(JSON.stringify(value));
    const { code, stdout, stderr } = await here('train', '--config', file, '--out', out, '-q');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    return stderr;
  };
  expect(await said(null)).toContain('c.json: expected the configuration of a run, got null');
  expect(await said([])).toContain('expected the configuration of a run, got []');
  expect(await said({ ...table, steps: null })).toContain('steps: expected an integer ≥ 1, got nothing');
  expect(await said({ ...table, model: 5 })).toContain('expected a model of kind dense or image, got 5');
  expect(await said({ ...table, data: { kind: '\x1b[2J' } })).toContain('data.kind: expected one of');
  expect(await said({ ...table, '\x1b[2J': 1 })).toContain('unknown key');
});
