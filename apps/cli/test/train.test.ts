import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { TableSource } from '@iresnet/pipeline';
import { loadData, readRunConfig, sourceOf } from '@iresnet/pipeline/run/node';
import { csvText, here, iresnet, node, small, start, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet train ü ');
const read = (...path: string[]): string => readFileSync(join(home, ...path), 'utf8');
const json = <T>(...path: string[]): T => JSON.parse(read(...path)) as T;

interface Event {
  readonly event: string;
  readonly step: number;
  readonly loss?: number;
}

/** The steps and validations of a run, without their times. */
function events(run: string): Event[] {
  const lines = read(run, 'metrics.jsonl').split('\n').slice(0, -1);
  return lines
    .map((line) => ({ ...(JSON.parse(line) as Event), seconds: 0 }))
    .filter(({ event }) => event === 'step' || event === 'validation');
}

function file(name: string, text: string): string {
  writeFileSync(join(home, name), text);
  return join(home, name);
}

describe('a run', () => {
  const table = file('my <b>table<b> &.csv', csvText(['a', '=b()', '"<img src=x onerror=alert(1)>"'], 40));
  const flags = ['--data', table, '--seed', '3', '--patience', '99', ...small];

  test('leaves a folder of whole files, and the same numbers for the same seed', async () => {
    const [first, second] = await Promise.all([
      iresnet('train', ...flags, '--out', join(home, 'runs')),
      iresnet('train', ...flags, '--out', join(home, 'again'), '--quiet', '--json'),
    ]);
    expect(first.code).toBe(0);
    const run = 'runs/001-my-b-table-b-';
    expect(readdirSync(join(home, run)).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'model',
      'report.html',
      'results.json',
      'run.json',
      'schema.json',
    ]);
    expect(readdirSync(join(home, run, 'model')).sort()).toEqual([
      'config.json',
      'manifest.json',
      'model.safetensors',
    ]);
    expect(json(run, 'config.json')).toMatchObject({
      version: 2,
      seed: 3,
      data: { file: table },
      model: { kind: 'dense', flow: { blocks: 1 } },
    });
    expect(json(run, 'run.json')).toMatchObject({ steps: 6, stopReason: 'steps' });

    // A person is told by plain lines on stderr; stdout has the figures only.
    expect(first.stderr).toMatch(/^backend /);
    expect(first.stderr).toContain('trained 6 steps in ');
    expect(first.stderr).not.toMatch(/\u001b|\r/);
    expect(first.stderr.split('\n').length).toBeLessThan(20);
    expect(first.stdout).toMatch(
      /^held-out log-likelihood {2,}-?\d+\.\d{3} ± \d+\.\d{3} nats a row \(8 rows\)\n/,
    );
    expect(first.stdout).toMatch(/\n {2}Gaussian .*, this model (better|worse) by \d/);
    expect(first.stdout.trimEnd()).toMatch(/report: .*runs\/001-my-b-table-b-\/report\.html$/);

    expect(second).toMatchObject({ code: 0, stderr: '' });
    const again = second.stdout.trimEnd();
    expect(again).not.toContain('\n');
    const { dir, ...figures } = JSON.parse(again) as { dir: string };
    expect(dir).toBe(join(home, 'again/001-my-b-table-b-'));
    expect(figures).toEqual(json(run, 'results.json'));
    expect(events(run).filter(({ event }) => event === 'step')).toHaveLength(6);
    expect(events(run)).toEqual(events('again/001-my-b-table-b-'));
    for (const name of ['model.safetensors', 'config.json', 'manifest.json'])
      expect(read(run, 'model', name)).toBe(read('again/001-my-b-table-b-/model', name));
  });

  test('of a finished model goes on as a new run', async () => {
    const out = join(home, 'further');
    await succeed('train', ...flags, '--out', out, '-q');
    const first = join(out, '001-my-b-table-b-');
    const more = ['train', '--resume', first, '--steps', '2', '--learning-rate', '1e-12'];
    await succeed(...more, '--out', out, '-q');
    const second = join(out, '002-my-b-table-b-');
    expect(json('further/002-my-b-table-b-', 'config.json')).toMatchObject({ steps: 2, seed: 3 });
    expect(json<{ command: string }>('further/002-my-b-table-b-', 'run.json').command).toContain(
      "iresnet train --resume '",
    );
    const mean = (run: string): number =>
      json<{ heldOut: { mean: number } }>(run, 'results.json').heldOut.mean;
    expect(mean('further/002-my-b-table-b-')).toBeCloseTo(mean('further/001-my-b-table-b-'), 4);
    expect(await here('train', '--resume', second, '--steps', '2', '--hidden', '9')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('start: expected the tensors of the module') as string,
    });
    expect(await here('train', '--resume', first, '--steps', '2', '--config', 'x')).toMatchObject({
      code: 2,
    });
  });

  test.each([
    ['without patience', 'none', 'best'],
    ['with patience', '5', 'model'],
  ])('keeps the model of its best validation, which is not the last, %s', async (_name, patience, kept) => {
    const args = ['--data', table, '--seed', '3', ...small, '--steps', '40', '--learning-rate', '0.2', '-q'];
    const out = `kept ${kept}`;
    await succeed('train', ...args, '--patience', patience, '--out', join(home, out));
    const run = `${out}/001-my-b-table-b-`;
    const validations = events(run).filter(({ event }) => event === 'validation');
    const least = Math.min(...validations.map(({ loss }) => loss!));
    expect(validations.at(-1)!.loss).toBeGreaterThan(least + 0.01);
    // The curve is that of rows that are neither trained nor judged on.
    const config = readRunConfig(join(home, run, 'config.json'), 'data');
    const source = sourceOf(await loadData(config.data), config) as TableSource;
    const { data, count } = source.validation;
    expect(count).toBe(6);
    const cells = Array.from(data.values);
    const lines = Array.from({ length: count }, (_, i) => cells.slice(3 * i, 3 * i + 3).join());
    const header = data.columns.map((name) => `"${name.replaceAll('"', '""')}"`).join();
    const rows = file('validation.csv', `${[header, ...lines].join('\n')}\n`);
    const loss = async (...path: string[]): Promise<number> => {
      const text = await succeed('eval', join(home, run, ...path), '--data', rows, '--json');
      return -(JSON.parse(text) as { logLikelihood: { mean: number } }).logLikelihood.mean;
    };
    // It is saved as it was judged, its bounds proven.
    expect(await loss(kept)).toBeCloseTo(least, 5);
    if (kept === 'best') expect(await loss()).toBeGreaterThan(least + 0.01);
    else expect(existsSync(join(home, run, 'best'))).toBe(false);
  });

  test('has a report that asks no one for anything and runs nothing that a file name or a column says', () => {
    const page = read('runs/001-my-b-table-b-/report.html');
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/);
    expect(page).not.toMatch(/<script|<img src=x|<b>table/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

test.each([
  ['one column', ['a'], 0],
  ['twenty columns, with a stochastic log-determinant', Array.from({ length: 20 }, (_, j) => `c${j}`), 1],
])('%s', async (name, columns, i) => {
  const data = file(`${columns.length}.csv`, csvText(columns, 60));
  const out = join(home, `wide-${i}`);
  const { code, stderr } = await here('train', '--data', data, ...small, '--out', out, '-q');
  expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' });
  expect(readdirSync(join(out, `001-${columns.length}`))).toContain('report.html');
});

test('moons stand beside their true value, on the plain backend too, which stays silent', async () => {
  const args = [
    '--dataset',
    'moons',
    ...small,
    '--backend',
    'cpu',
    '--json',
    '-q',
    '--out',
    join(home, 'toy'),
  ];
  const { code, stdout, stderr } = await iresnet('train', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { references, integral } = JSON.parse(stdout) as {
    references: { name: string; value: { mean: number; standardError: number } }[];
    integral: number;
  };
  expect(references.map(({ name }) => name)).toEqual(['true value']);
  // −H of the moons is −2.385 (the entropy of the datasets package); 10 000 rows are within a few
  // standard errors of it.
  const [{ value }] = references as [(typeof references)[0]];
  expect(Math.abs(value.mean + 2.385)).toBeLessThan(5 * value.standardError);
  expect(integral).toBeCloseTo(1, 2);
});

test('a run that diverges ends with 4 and says so in its folder', async () => {
  const args = ['--dataset', 'iris', ...small, '--steps', '40', '--learning-rate', '1e6'];
  const { code, stdout, stderr } = await here('train', ...args, '--out', join(home, 'high'), '-q');
  expect(code).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: \S.*001-iris: expected a loss that stays finite, got 'non-finite' .*\n$/);
  expect(json('high/001-iris/run.json')).toMatchObject({ stopReason: 'non-finite' });
  expect(existsSync(join(home, 'high/001-iris/results.json'))).toBe(false);
});

describe('a signal', () => {
  const flags = ['--dataset', 'iris', '--blocks', '1', '--hidden', '8', '--steps', '700'];

  /** Wait until a run has made some steps. */
  async function underWay(out: string): Promise<void> {
    const metrics = join(home, out, '001-iris/metrics.jsonl');
    while (!existsSync(metrics) || !readFileSync(metrics, 'utf8').includes('"step":60,')) await sleep(20);
  }

  test('saves the run, which goes on as if it had never stopped', async () => {
    const whole = iresnet('train', ...flags, '--out', join(home, 'whole'), '-q');
    const { child, finished } = start(['train', ...flags, '--out', join(home, 'cut')]);
    await underWay('cut');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await finished;
    expect({ code, stdout }).toEqual({ code: 143, stdout: '' });
    expect(stderr).toContain('SIGTERM: finishing the step and saving');
    expect(stderr).toContain(`go on with: iresnet train --resume '${join(home, 'cut/001-iris')}'`);
    const { steps } = json<{ steps: number }>('cut/001-iris/run.json');
    expect(steps).toBeGreaterThanOrEqual(60);
    expect(steps).toBeLessThan(700);
    expect(await succeed('sample', join(home, 'cut/001-iris'), '-n', '2')).toMatch(/^Sepal/);

    await whole;
    expect(await iresnet('train', '--resume', join(home, 'cut/001-iris'), '-q')).toMatchObject({ code: 0 });
    expect(events('cut/001-iris')).toEqual(events('whole/001-iris'));
    for (const name of ['results.json', 'model/model.safetensors'])
      expect(read('cut/001-iris', name)).toBe(read('whole/001-iris', name));
    expect(readdirSync(join(home, 'cut/001-iris'))).toEqual(readdirSync(join(home, 'whole/001-iris')));

    // Once more: there is nothing to train, and the figures are printed again. What a kill left of
    // the state is removed.
    mkdirSync(join(home, 'cut/001-iris/state'));
    const again = await here('train', '--resume', join(home, 'cut/001-iris'), '--json');
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('finished before; nothing is trained') as string }); // prettier-ignore
    expect(JSON.parse(again.stdout)).toEqual({
      dir: join(home, 'cut/001-iris'),
      ...json<object>('cut/001-iris', 'results.json'),
    });
    expect(existsSync(join(home, 'cut/001-iris/state'))).toBe(false);
  });

  test('that comes twice ends the program at once, but not the echo that npm makes', async () => {
    const module = JSON.stringify(new URL('../src/run/interrupt.ts', import.meta.url).href);
    const program = `import { onInterrupt } from ${module};
      const { code } = onInterrupt({ log: () => console.log('asked', code()) });
      setInterval(() => undefined, 1000);
      console.log('ready');`;
    const { child, finished, said } = node(['--input-type=module', `--eval=${program}`]);
    await said('ready');
    child.kill('SIGTERM');
    await said('asked 143');
    child.kill('SIGINT');
    await sleep(400); // An echo comes within 0.3 s.
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    expect(await finished).toEqual({ code: 130, stdout: 'ready\nasked 143\n', stderr: '' });
  });
});
