import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { saveCheckpoint } from '@iresnet/checkpoint/node';
import { iris } from '@iresnet/datasets';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultRecipe, openModel, score, tableSource, type Recipe } from '../src';
import { runConfig, type RunConfig } from '../src/run';
import {
  hasState,
  judgeRun,
  listRuns,
  lockRun,
  openRun,
  readRunInfo,
  readRunMetrics,
  resumeRun,
  startRun,
  type TrainingRun,
} from '../src/run/node';

const home = mkdtempSync(join(tmpdir(), 'iresnet runs ü '));
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(async () => {
  await tf.setBackend('wasm');
});

const STEPS = 6;

/** A run of some steps, in milliseconds. */
function small(change: Partial<Recipe> = {}): RunConfig {
  const base = defaultRecipe('table');
  const model = { ...base.model, flow: { ...base.model.flow, blocks: 1, hidden: [8] } } as Recipe['model'];
  const recipe: Recipe = { ...base, steps: STEPS, batchSize: 16, validateEvery: 2, model, ...change };
  return runConfig({ kind: 'embedded', name: 'iris' }, recipe);
}

let roots = 0;
const newRoot = (): string => join(home, String(roots++), 'runs');

/** Train to the end and close. */
async function trained(run: TrainingRun): Promise<string> {
  try {
    expect((await run.train()).finished).toBe(true);
  } finally {
    await run.close();
  }
  return run.dir;
}

/** What training leaves that no clock decides. */
function leftBy(dir: string) {
  const bytes = (name: string): string => readFileSync(join(dir, name)).toString('latin1');
  return {
    names: readdirSync(dir).sort(),
    metrics: readRunMetrics(dir)
      .filter(({ event }) => event !== 'begin' && event !== 'end')
      .map((line) => ({ ...line, seconds: 0 })),
    files: ['config.json', 'best/model.safetensors', 'model/model.safetensors'].map(bytes),
  };
}

/** A run whose process dies in step `at`, with a save after each step. */
async function killedAt(at: number, config: RunConfig): Promise<string> {
  const run = await startRun(newRoot(), config);
  const onStepEnd = ({ step }: { readonly step: number }): void => {
    if (step === at) throw new Error('killed');
  };
  await expect(run.train({ callbacks: [{ onStepEnd }], saveSeconds: 0 })).rejects.toThrow('killed');
  await run.close();
  return run.dir;
}

describe('a run', () => {
  test('leaves a folder that opens with the same data and the same model', async () => {
    const root = newRoot();
    const run = await startRun(root, small({ patience: 3 }));
    expect(run).toMatchObject({ dir: join(root, '001-iris'), step: 0 });
    const { pipeline, info, finished } = await run.train({ command: 'test', threads: 2 });
    expect(finished).toBe(true);
    expect(hasState(run.dir)).toBe(true); // It would be judged by a resume.
    const progress: number[][] = [];
    const { figures, summary } = await run.judge({ onProgress: (...counts) => progress.push(counts) });
    await run.close();

    expect(readdirSync(run.dir).sort()).toEqual(
      ['config.json', 'metrics.jsonl', 'model', 'report.html', 'results.json', 'run.json'],
    ); // prettier-ignore
    expect(JSON.parse(readFileSync(join(run.dir, 'results.json'), 'utf8'))).toEqual(figures);
    expect(progress).toEqual([[0, run.source.heldOut.count]]);
    expect(readRunInfo(run.dir)).toEqual(info);
    expect(info).toMatchObject({
      command: 'test',
      threads: 2,
      backend: 'wasm',
      steps: STEPS,
      stopReason: 'steps',
    });

    const opened = await openRun(run.dir);
    expect(opened.config).toEqual(run.config);
    expect(opened.source.heldOut).toEqual(run.source.heldOut);
    const scores = await Promise.all(
      [pipeline, opened.pipeline].map((model) => score(model, opened.source.heldOut.data)),
    );
    expect(scores[0]!.logProb).toEqual(scores[1]!.logProb);
    const page = readFileSync(join(run.dir, 'report.html'), 'utf8');
    expect((await judgeRun(opened)).summary).toEqual(summary);
    expect(readFileSync(join(run.dir, 'report.html'), 'utf8')).toBe(page);
  });

  test('takes its data from the program, and another program gives other rows', async () => {
    const { label: _label, labels: _labels, ...table } = iris();
    const source = (config: RunConfig) => tableSource('mine', table, config);
    const run = await startRun(newRoot(), small({ steps: 1 }), { source });
    await run.train();
    await run.close();
    expect(run.dir).toMatch(/001-mine$/);
    expect((await openRun(run.dir, { source })).source.input.title).toBe('mine');
    const shifted = { ...table, values: table.values.map((value) => value + 1) };
    await expect(
      openRun(run.dir, { source: (config) => tableSource('other', shifted, config) }),
    ).rejects.toThrow('expected the rows that the model was trained on, got others');
  });

  test('that diverges says so, keeps what is good, and is not judged', async () => {
    const run = await startRun(
      newRoot(),
      small({ learningRate: 1e6, schedule: 'constant', warmup: 0, steps: 40 }),
    );
    const { result, finished } = await run.train();
    expect({ finished, reason: result.stopReason }).toEqual({ finished: false, reason: 'non-finite' });
    expect(readRunInfo(run.dir)).toMatchObject({ stopReason: 'non-finite', steps: result.step });
    expect(existsSync(join(run.dir, 'model'))).toBe(result.step > 0);
    await expect(run.judge()).rejects.toThrow("expected a run whose training is finished, got one that ended by 'non-finite'"); // prettier-ignore
    await run.close();
    expect(hasState(run.dir)).toBe(false);
  });

  test('begins with a configuration and a folder that can be', async () => {
    const root = newRoot();
    await expect(startRun(root, { ...small(), steps: 0 })).rejects.toMatchObject({ kind: 'argument' });
    await expect(startRun(root, small(), { scource: 1 } as object)).rejects.toThrow("did you mean 'source'?");
    expect(existsSync(root)).toBe(false);
    const file = join(home, 'file');
    writeFileSync(file, '');
    await expect(startRun(file, small())).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining(`${file}: expected a folder to write to, got `) as string,
    });
  });

  test('gets a number of its own, also when others begin at once', async () => {
    const root = newRoot();
    const runs = await Promise.all(Array.from({ length: 4 }, () => startRun(root, small())));
    for (const run of runs) await run.close();
    expect(readdirSync(root).sort()).toEqual(['001-iris', '002-iris', '003-iris', '004-iris']);
  });
});

describe('a run that was interrupted', () => {
  const config = small({ patience: null });
  let whole: ReturnType<typeof leftBy>;
  beforeAll(async () => {
    whole = leftBy(await trained(await startRun(newRoot(), config)));
    expect(whole.metrics.filter(({ event }) => event === 'step').length).toBe(STEPS);
  });

  test.each([2, 4, STEPS])('in step %d goes on from its last save, bit for bit', async (at) => {
    const dir = await killedAt(at, config);
    // The metrics are ahead of the state.
    expect(readRunMetrics(dir).at(-1)!.step).toBe(at);
    // The worst moment: a save had moved the last state aside, and not yet put the new one in its
    // place.
    renameSync(join(dir, 'state'), join(dir, 'state.old-4194305-0123456789ab'));
    expect(hasState(dir)).toBe(true);
    // And so of the best model, which can be used meanwhile.
    const best = join(dir, 'best');
    const opened = await openModel(best);
    renameSync(best, join(dir, 'best.old-4194305-0123456789ab'));
    const aside = await openModel(best);
    expect(aside.input).toEqual(opened.input);
    for (const { model } of [opened, aside]) model.dispose();
    const run = await resumeRun(dir);
    expect(run.step).toBe(at - 1);
    expect(leftBy(await trained(run))).toEqual(whole);
  });

  test('by a signal is saved at once', async () => {
    const stop = new AbortController();
    const run = await startRun(newRoot(), config);
    const onStepEnd = ({ step }: { readonly step: number }): void => void (step === 3 && stop.abort());
    await expect(run.judge()).rejects.toThrow(
      'expected a run whose training is finished, got one before its end',
    );
    const { finished } = await run.train({ signal: stop.signal, callbacks: [{ onStepEnd }] });
    expect(finished).toBe(false);
    expect(readRunInfo(run.dir)).toMatchObject({ stopReason: 'aborted', steps: 3 });
    await expect(run.judge()).rejects.toThrow("got one that ended by 'aborted'");
    await expect(run.train()).rejects.toThrow('expected one call of a run, got a second; resumeRun goes on');
    // Another process waits for this one.
    await expect(resumeRun(run.dir)).rejects.toThrow(
      `expected a run that no other process trains, got one that process ${process.pid} is at`,
    );
    await run.close();
    expect(leftBy(await trained(await resumeRun(run.dir)))).toEqual(whole);
  });

  test('while it was judged is judged', async () => {
    const dir = await trained(await startRun(newRoot(), config));
    const again = await resumeRun(dir);
    expect(again.step).toBe(STEPS);
    await again.train();
    await again.judge();
    await again.close();
    const names = [...whole.names.filter((name) => name !== 'state'), 'report.html', 'results.json'].sort();
    expect(leftBy(dir)).toEqual({ ...whole, names });
    const finished = 'expected the folder of an interrupted run, got one that is finished';
    await expect(resumeRun(dir)).rejects.toMatchObject({ context: { finished: true } });
    // What kills may leave of its state after its figures are written is not gone on from.
    for (const left of ['state', 'state.tmp-4194305-0123456789ab', 'state.old-4194305-0123456789ab']) {
      mkdirSync(join(dir, left));
      writeFileSync(join(dir, left, 'state.safetensors'), 'half');
      expect(hasState(dir)).toBe(false);
      expect(listRuns(join(dir, '..'))[0]!.state).toBe('finished');
      await expect(resumeRun(dir)).rejects.toThrow(finished);
      expect(leftBy(dir)).toEqual({ ...whole, names });
    }
  });

  test('by the first version, whose densities of rows were a flow alone, goes on', async () => {
    const dir = await killedAt(4, config);
    const { tensors, metadata } = parseSafetensors(readFileSync(join(dir, 'state/state.safetensors')));
    const old = (name: string): string => name.replace(/^(params\.)?flow\./, '$1');
    const renamed = new Map([...tensors].map(([name, tensor]) => [old(name), tensor]));
    expect([...renamed.keys()]).not.toEqual([...tensors.keys()]);
    const fit = JSON.parse(metadata['fit']!) as { trainable: string[] };
    const before = { ...metadata, fit: JSON.stringify({ ...fit, trainable: fit.trainable.map(old) }) };
    const files = { 'state.safetensors': toSafetensors(renamed, before) };
    const identity = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as object;
    await saveCheckpoint(join(dir, 'state'), files, { config: identity });
    expect(leftBy(await trained(await resumeRun(dir)))).toEqual(whole);
  });

  test('is refused when its state is damaged, of another run, or not there, and stays free', async () => {
    const dir = await killedAt(3, config);
    const file = join(dir, 'state/state.safetensors');
    const bytes = readFileSync(file);
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 1]! ^= 1;
    writeFileSync(file, flipped);
    await expect(resumeRun(dir)).rejects.toMatchObject({ kind: 'data' });
    writeFileSync(file, bytes);

    const text = readFileSync(join(dir, 'config.json'), 'utf8');
    writeFileSync(join(dir, 'config.json'), text.replace('"seed": 1', '"seed": 2'));
    await expect(resumeRun(dir)).rejects.toThrow('expected the state of a run with this config.json, got that of another'); // prettier-ignore
    writeFileSync(join(dir, 'config.json'), text);

    await expect(resumeRun(join(home, 'none'))).rejects.toThrow(
      'expected a configuration file, got nothing there',
    );
    const unlock = await lockRun(dir);
    await unlock();
    expect(leftBy(await trained(await resumeRun(dir)))).toEqual(whole);
  });
});

test('a list has every run, also one that is broken, in the order of their numbers', async () => {
  const root = newRoot();
  const begun = await startRun(root, small());
  await begun.close();
  const dir = await trained(await startRun(root, small()));
  const judged = await resumeRun(dir);
  await judged.train();
  await judged.judge();
  await judged.close();
  const unfinished = await trained(await startRun(root, small()));
  const broken = join(root, '010-broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'config.json'), '{');
  mkdirSync(join(root, 'other'));
  const runs = listRuns(root);
  expect(runs.map(({ dir: at, state }) => [at, state])).toEqual([
    [begun.dir, 'not saved'],
    [dir, 'finished'],
    [unfinished, 'unfinished'],
    [broken, 'broken'],
  ]);
  expect(runs.map(({ info }) => info?.steps)).toEqual([undefined, STEPS, STEPS, undefined]);
  expect(runs[1]!.summary[0]).toEqual([
    'held-out log-likelihood',
    expect.stringMatching(/nats a row \(\d+ rows\)$/),
  ]);
  expect(runs[3]!.problem).toMatch(/config\.json: expected JSON/);
  expect(() => listRuns(join(root, 'nowhere'))).toThrow(
    /nowhere: expected a folder of runs, got nothing there/,
  );
});
