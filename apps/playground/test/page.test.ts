import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import { unzipSync } from 'fflate';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '@iresnet/backend';
import { encodeRecords } from '@iresnet/datasets/node';
import { columnMoments } from '@iresnet/evaluation';
import { certify, openModel, score, type Pipeline } from '@iresnet/pipeline';
import { chromiumHere, startChromium } from '../../../scripts/chromium';
import type { TrainingSetup } from '../src/protocol';
import { parseHash } from '../src/state';
import { openRun } from '../src/engine/runFolder';
import { inDeviations, tableOf } from '../src/engine/scene';
import { filesOf, iresnet } from './harness/commandLine';
import { standingInNode } from './harness/session';
import { startSite, type Site } from './harness/site';
import { watchTasks } from './harness/tasks';

const chromium = chromiumHere();

let browser: Browser;
let site: Site;
const faults: string[] = [];

beforeAll(async () => {
  if (!chromium) return;
  [site, browser] = await Promise.all([startSite(), startChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page without anything in its cache. What goes wrong in it is put on the list of faults. */
async function open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  await page.goto(site.url + hash, { waitUntil: 'commit' });
  return page;
}

const stepOf = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.documentElement.dataset['step'] ?? 0));

/** Wait until the run stands still, having made at least so many steps. */
async function standing(page: Page, least: number): Promise<void> {
  await page.waitForFunction(
    (steps) =>
      Number(document.documentElement.dataset['step']) >= steps &&
      document.getElementById('play')!.textContent !== 'Pause',
    least,
    { timeout: 240_000, polling: 100 },
  );
}

/** Fingerprints of the pictures of a page, once nothing is drawn any more. */
async function pictures(page: Page): Promise<string[]> {
  await page.waitForFunction(() => {
    const { step, explained } = document.documentElement.dataset;
    return step !== undefined && step === explained;
  });
  // The views are drawn one after another: three frames of the screen later all are.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
  const drawn = await page.evaluate(() => [
    ...Array.from(document.querySelectorAll('canvas'), (canvas) => [canvas.ariaLabel, canvas.toDataURL()]),
    ...Array.from(document.querySelectorAll('.chart'), (chart, k) => [`chart ${k}`, chart.innerHTML]),
    ...Array.from(document.querySelectorAll('.mark'), (mark, k) => [`mark ${k}`, mark.outerHTML]),
  ]);
  return drawn.map(([name, picture]) => `${name}: ${createHash('sha256').update(picture!).digest('hex')}`);
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  const { violations: found } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`.slice(0, 300));
}

/** A table with a column of words. */
const csv = [
  'price,weight,kind,age',
  ...Array.from({ length: 120 }, (_, i) => {
    const [a, b] = [Math.sin(3.7 * i), Math.cos(2.3 * i)];
    return [10 + a + b, 2 + 0.3 * a, i % 2 ? 'old' : 'new', 30 + 5 * b * a].join();
  }),
].join('\n');

/** The file of the same run in Node. */
async function savedInNode(setup: TrainingSetup): Promise<Uint8Array> {
  const session = await standingInNode(setup);
  const saved = await session.ask({ kind: 'save' }, 'saved');
  await session.end();
  return saved.bytes;
}

/** Frames that a page could draw: how many a second, and how many of the screen's 60 it let go. */
interface Frames {
  readonly aSecond: number;
  readonly all: number;
  readonly lost: number;
}

/** Watch the frames that the page can draw from now on; gives what they were, by their times. */
async function countFrames(page: Page): Promise<() => Promise<Frames>> {
  const drawn = await page.evaluateHandle(() => {
    const times: number[] = [];
    const next = (time: number): void => {
      times.push(time);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    return times;
  });
  return async () => {
    const times = await drawn.evaluate((now) => now);
    const span = times.at(-1)! - times[0]!;
    const all = Math.round((60 * span) / 1000);
    return { aSecond: (1000 * (times.length - 1)) / span, all, lost: all - (times.length - 1) };
  };
}

/** Move the pointer over the data until it is told to end; gives through how many places. */
function stir(page: Page): () => Promise<number> {
  let ended = false;
  const moved = (async () => {
    const { x, y, width, height } = (await page.locator('#data-view canvas').boundingBox())!;
    let places = 0;
    for (; !ended; places++) {
      const turn = places / 20;
      await page.mouse.move(
        x + width * (0.5 + 0.35 * Math.cos(turn)),
        y + height * (0.5 + 0.35 * Math.sin(turn)),
      );
      await page.waitForTimeout(16);
    }
    return places;
  })();
  return () => {
    ended = true;
    return moved;
  };
}

/** The held-out loss of the same run in Node. */
async function lossInNode(hash: string): Promise<number> {
  const { frame, end } = await standingInNode(parseHash(hash));
  await end();
  return frame.heldOut.at(-1)!;
}

describe.skipIf(!chromium)('the page', () => {
  test('a link trains moons as Node does, at once, on a free main thread', async () => {
    // The default model. The points move along the path meanwhile, and a hand over the data.
    const hash = '#at=300';
    const withoutGpu = await startChromium({ gpu: false });
    const blank = await withoutGpu.newContext({ viewport: { width: 1200, height: 900 } });
    const page = await blank.newPage();
    const endWatch = await watchTasks(await blank.newCDPSession(page));
    const began = performance.now();
    await page.goto(site.url + hash, { waitUntil: 'commit' });
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 1, null, {
      polling: 20,
      timeout: 60_000,
    });
    const first = performance.now() - began;
    const endStir = stir(page);
    // Meanwhile the engine of the browser translates the program.
    await page.waitForTimeout(2500);
    const endFrames = await countFrames(page);
    await standing(page, 300);
    const frames = await endFrames();
    const places = await endStir();
    const [longest = 0] = await endWatch();
    const label = await page.locator('#curve-view svg').getAttribute('aria-label');
    const inPage = Number(/Held-out loss ([\d.]+)/.exec(label!)![1]);
    const bytes = [...site.served.values()].reduce((sum, body) => sum + gzipSync(body).length, 0);
    const inNode = await lossInNode(hash);
    const load = loadavg()[0]! / cpus().length;
    console.log(
      `held-out loss ${inPage} in the page, ${inNode.toFixed(3)} in Node; first picture of the network after ${first.toFixed(0)} ms ` +
        `(load ${load.toFixed(1)} a core); longest task of the main thread ${longest.toFixed(1)} ms; ${frames.aSecond.toFixed(1)} frames a second (${frames.lost} of ${frames.all} lost) while it trains and a hand moves through ${places} places; ${bytes} bytes`,
    );
    expect(Math.abs(inPage - inNode)).toBeLessThan(0.02);
    // What it has learned: a Gaussian has 3.3, the truth 2.39.
    expect(inPage).toBeLessThan(2.8);
    expect(longest).toBeGreaterThan(0);
    // On a machine that does other things the clock says little about the page, and processor time
    // is stretched too.
    expect(longest).toBeLessThanOrEqual(load < 0.8 ? 50 : 250);
    if (load < 0.8) expect(first).toBeLessThan(2000);
    // A screen has 60. One in ten may be late where the machine paints, trains and moves the hand.
    expect(places).toBeGreaterThan(20);
    expect(frames.aSecond).toBeGreaterThan(load < 0.8 ? 54 : 5);
    expect(bytes).toBeLessThan(1_000_000);
    expect(site.missing).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.dataset['backend'])).toBe('wasm');
    await withoutGpu.close();
  });

  test('a link that is opened again gives the same pixels', async () => {
    const small = '#data=pinwheel&seed=7&blocks=2&width=12&c=0.8&at=21&path=0.4';
    const [first, second] = await Promise.all(
      [0, 1].map(async () => {
        const page = await open(small);
        await standing(page, 21);
        const drawn = await pictures(page);
        await page.context().close();
        return drawn;
      }),
    );
    expect(first!.length).toBeGreaterThanOrEqual(7);
    expect(second).toEqual(first);
  });

  test('pause means no step, and one step is one', async () => {
    const page = await open('#blocks=2&width=8');
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 3);
    await page.click('#play');
    await page.waitForFunction(() => /at=\d/.test(location.hash));
    const paused = await stepOf(page);
    await page.waitForTimeout(700);
    expect(await stepOf(page)).toBe(paused);
    await page.click('#step');
    await page.waitForFunction((step) => location.hash.includes(`at=${step}`), paused + 1);
    await page.waitForTimeout(300);
    expect(await stepOf(page)).toBe(paused + 1);
    // By keyboard it goes on.
    await page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
    });
    await page.keyboard.press('Space');
    await page.waitForFunction((step) => Number(document.documentElement.dataset['step']) > step, paused + 1);
    await page.context().close();
  });

  test('a drawing in two colours trains, with its classes', async () => {
    const page = await open('#blocks=2&width=8&at=2');
    await standing(page, 2);
    await page.click('#draw');
    const sheet = (await page.locator('.sheet').boundingBox())!;
    const stroke = async (up: number): Promise<void> => {
      const at = (k: number): [number, number] => [
        sheet.x + sheet.width * (0.2 + 0.03 * k),
        sheet.y + sheet.height * up,
      ];
      await page.mouse.move(...at(0));
      await page.mouse.down();
      for (let k = 1; k <= 20; k++) await page.mouse.move(...at(k));
      await page.mouse.up();
    };
    await stroke(0.3);
    await page.check('#second');
    await stroke(0.7);
    await page.click('#learn');
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 40);
    await page.click('#play');
    await page.check('#alarm');
    await page.waitForFunction(() => /usual rows/.test(document.getElementById('probe-text')!.textContent!));
    // What is said of a point of the run before goes away with the first answer.
    await page.locator('#probe caption', { hasText: 'class' }).waitFor();
    // Both classes have a probability.
    const shares = await page.locator('#probe table').last().locator('td:last-child').allTextContents();
    expect(shares.map(Number).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 2);
    // The way between two points, and the estimators once they are in view.
    await page.check('#walk');
    const view = (await page.locator('#data-view canvas').boundingBox())!;
    await page.mouse.move(view.x + 0.6 * view.width, view.y + 0.6 * view.height);
    await page.waitForFunction(() => /dashed/.test(document.getElementById('walk-text')!.textContent!));
    await page.locator('#volume-view').scrollIntoViewIfNeeded();
    await page.selectOption('#method', 'arnoldi');
    await page.waitForFunction(() =>
      /small matrix/.test(document.getElementById('volume-text')!.textContent!),
    );
    expect(await page.locator('#volume-view svg').getAttribute('aria-label')).toMatch(/Exact value/);
    await page.context().close();
  });

  test('digits are loaded when they are asked for, judged, drawn and walked between', async () => {
    const page = await open('#blocks=1&width=4&at=1');
    await standing(page, 1);
    expect([...site.served.keys()].some((name) => name.endsWith('.safetensors'))).toBe(false);
    const judged = async (times: number): Promise<string> => {
      await page.waitForFunction(
        (least) => Number(document.getElementById('digits-room')!.dataset['judged'] ?? 0) >= least,
        times,
      );
      return (await page.locator('#bits').textContent())!;
    };
    await page.click('#load-digits');
    const real = await judged(1);
    // Ink in a corner, where no digit has any, costs bits.
    await page.locator('#pixels').click({ position: { x: 5, y: 5 } });
    const changed = await judged(2);
    expect(parseFloat(changed)).toBeGreaterThan(parseFloat(real) + 0.1);
    expect(await page.locator('#back-text').textContent()).toMatch(/more than \de−[5-9] /);
    await page.click('#keep');
    await page.click('#draw-digit button:nth-child(8)');
    await judged(3);
    const shares = await page.locator('#digit-classes td:last-child').allTextContents();
    expect(Number(shares[7])).toBeGreaterThan(0.9);
    await page.waitForFunction(() => document.querySelectorAll('#way canvas').length === 9);
    // The way ends at the digit as it is now, also after a pixel was changed.
    const end = (): Promise<string> =>
      page.evaluate(() => document.querySelector<HTMLCanvasElement>('#way canvas:last-child')!.toDataURL());
    const before = await end();
    const { width, height } = (await page.locator('#pixels').boundingBox())!;
    await page.locator('#pixels').click({ position: { x: width / 16, y: (15 * height) / 16 } });
    await judged(4);
    await expect.poll(end).not.toBe(before);
    expect(await violations(page)).toEqual([]);
    const bytes = [...site.served.values()].reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(1_000_000);
    await page.context().close();
  });

  test('a hostile link opens a page that works', async () => {
    const page = await open(
      '#data=<img src=x onerror=alert(1)>&seed=-1e99&blocks=0&width=1e5&c=NaN&at=2&path=9&columns=7-8',
    );
    await standing(page, 2);
    expect(await page.evaluate(() => location.hash)).toBe('#blocks=1&width=64&at=2&path=1&columns=7-8');
    expect(await page.locator('#notice').isHidden()).toBe(true);
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('anybody can use it, %s and on a phone', async (colorScheme) => {
    const page = await open('#data=faithful&blocks=2&width=8&at=20&alarm=0.1&t=0.7', { colorScheme });
    await standing(page, 20);
    await pictures(page);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(inner).toBeLessThanOrEqual(outer!);
    await page.context().close();
  });

  test('a file of the visitor trains, and the network that is saved is the one of Node', async () => {
    const page = await open('#blocks=2&width=8&at=20');
    await standing(page, 20);
    await page.setInputFiles('#file', { name: 'shop.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.waitForFunction(() => document.querySelector('#columns')!.checkVisibility());
    expect(await page.locator('#column-x option').allTextContents()).toEqual(['price', 'weight', 'age']);
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 3);
    await page.click('#play');
    await page.waitForFunction(() => /at=\d/.test(location.hash));
    const at = Number(/at=(\d+)/.exec(await page.evaluate(() => location.hash))![1]);
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(saved.suggestedFilename()).toBe('shop.safetensors');
    const file = join(mkdtempSync(join(tmpdir(), 'playground-')), saved.suggestedFilename());
    await saved.saveAs(file);
    const setup = { ...parseHash('#blocks=2&width=8'), at, data: { title: 'shop', text: csv } };
    expect(Buffer.from(await savedInNode(setup)).equals(readFileSync(file))).toBe(true);
    // The program makes the same network.
    const [written] = await Promise.all([page.waitForEvent('download'), page.click('#program')]);
    expect(written.suggestedFilename()).toBe('shop.ts');
    const folder = mkdtempSync(join(import.meta.dirname, '.program-'));
    try {
      await written.saveAs(join(folder, 'shop.ts'));
      const { pipeline } = (await import(join(folder, 'shop.ts'))) as { pipeline: Pipeline };
      const rows = [
        [10, 2, 30],
        [9, 2.2, 33],
      ];
      const same = await score(await openModel(file), rows);
      expect((await score(pipeline, rows)).logProb).toEqual(same.logProb);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const [picture] = await Promise.all([page.waitForEvent('download'), page.click('#picture')]);
    expect(picture.suggestedFilename()).toBe('shop.png');
    const opened = await openModel(file);
    expect(certify(opened).invertible).toBe(true);
    expect((await score(opened, [[10, 2, 30]])).logProb![0]).toBeLessThan(0);
    // What is not a table is refused, and the page goes on.
    await page.setInputFiles('#file', {
      name: 'x.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a,b\n1,\n'),
    });
    await page.waitForFunction(() => document.getElementById('notice')!.classList.contains('alarm'));
    await page.selectOption('#data', 'rings');
    await page.waitForFunction(
      () => document.getElementById('notice')!.hidden && location.hash.includes('data=rings'),
    );
    await page.waitForFunction(() => document.getElementById('play')!.textContent === 'Pause');
    await page.context().close();
  });

  /** What the page says of the point that it looks at: ln p, and the p-value. */
  async function saidIn(page: Page): Promise<{ logProb: string; p: number }> {
    await pictures(page);
    const logProb = await page.locator('#probe tr.sum td:last-child').textContent();
    const words = await page.locator('#probe-text').textContent();
    return { logProb: logProb!.replace('−', '-'), p: Number(/p = ([\d.e-]+)\)/.exec(words!)![1]) };
  }

  /**
   * What the command line says of the point that the page looks at first: the first training row.
   */
  async function saidByCommand(
    cwd: string,
    name: string,
    rows?: string,
  ): Promise<{ logProb: string; p: number }> {
    await useBackend('wasm');
    const run = await openRun({ title: name, files: filesOf(join(cwd, name), name), ...(rows && { rows }) });
    if ('missing' in run) throw new Error(run.missing);
    const { input, training } = run.source;
    const { columns } = input;
    const { mean, deviation } = columnMoments(training.data);
    const units = { mean: Array.from(mean), deviation: Array.from(deviation) };
    // The page shows two columns; the others are at their mean.
    const first = inDeviations(units, training.data.values.subarray(0, columns.length)).fill(0, 2);
    const row = Array.from(tableOf({ input, units }, first).values, (value, j) => {
      const kind = input.kinds?.[j];
      return kind?.kind === 'category' ? kind.values[value] : value;
    });
    run.pipeline.model.dispose();
    writeFileSync(join(cwd, 'row.csv'), `${columns.join()}\n${row.join()}\n`);
    const line = await iresnet(cwd, 'score', name, '--data', 'row.csv', '--json', '--backend', 'wasm');
    const { logLikelihood, pValue } = JSON.parse(line) as Record<'logLikelihood' | 'pValue', number>;
    return { logProb: logLikelihood.toFixed(3), p: Number(pValue.toPrecision(2)) };
  }

  test('a Parquet file that is dropped trains', async () => {
    const page = await open('#blocks=2&width=8&at=20');
    await standing(page, 20);
    const records = Array.from({ length: 60 }, (_, i) => [['height', Math.sin(i)], ['depth', Math.cos(3 * i)], ['width', i % 7], ['kind', i % 2 ? 'a' : 'b']] as const); // prettier-ignore
    const pieces: Uint8Array[] = [];
    for await (const piece of encodeRecords([records], { form: 'parquet', gzip: false }))
      pieces.push(piece as Uint8Array);
    await page.evaluate(
      (bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'shapes.parquet'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [...Buffer.concat(pieces)],
    );
    await page.waitForFunction(() => document.querySelector('#columns')!.checkVisibility());
    expect(await page.locator('#column-x option').allTextContents()).toEqual(['height', 'depth', 'width']);
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 3);
    await page.context().close();
  });

  test('a run folder goes to the command line and comes from it, with the same numbers', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'runs-'));
    const page = await open('#data=8gaussians&blocks=2&width=8&at=20');
    await standing(page, 20);
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#folder')]);
    expect(saved.suggestedFilename()).toBe('8gaussians.zip');
    await saved.saveAs(join(cwd, 'run.zip'));
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(join(cwd, 'run.zip'))))) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), bytes);
    }
    expect(await saidIn(page)).toEqual(await saidByCommand(cwd, '8gaussians'));

    // Whitened and transformed, as the command line trains a table, with whole numbers and a
    // category in it.
    writeFileSync(
      join(cwd, 'shop.csv'),
      csv.replace(/,[\d.]+$/gm, (age) => `,${Math.round(Number(age.slice(1)))}`),
    );
    const train = ['train', '--data', 'shop.csv', '--out', 'runs', '--backend', 'wasm', '--steps', '40'];
    await iresnet(cwd, ...train, '--blocks', '2', '--hidden', '8,8', '--quiet');
    const name = readdirSync(join(cwd, 'runs'))[0]!;
    await page.setInputFiles('#folder-file', join(cwd, 'runs', name));
    await page.waitForFunction(() =>
      /which is not in its folder/.test(document.getElementById('notice')!.textContent!),
    );
    await page.setInputFiles('#file', join(cwd, 'shop.csv'));
    await page.waitForFunction(() => document.getElementById('play')!.textContent === 'Finished');
    expect(await saidIn(page)).toEqual(
      await saidByCommand(join(cwd, 'runs'), name, readFileSync(join(cwd, 'shop.csv'), 'utf8')),
    );
    // A folder that has its rows in it needs nothing else.
    renameSync(join(cwd, 'shop.csv'), join(cwd, 'runs', name, 'shop.csv'));
    expect(await iresnet(join(cwd, 'runs'), 'score', name, '--backend', 'wasm')).toMatch(/^row,/);
    expect(await page.locator('#place').textContent()).toBe('data');
    expect(await page.locator('#blocks').isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    // A folder that is not one is refused, and the page goes on.
    await page.setInputFiles('#folder-file', join(cwd, 'runs', name, 'model'));
    await page.waitForFunction(() =>
      /is not the folder of a run/.test(document.getElementById('notice')!.textContent!),
    );
    await page.click('#again');
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 2);
    await page.context().close();
    rmSync(cwd, { recursive: true });
  });

  test('the tour shows its seven scenes, in both colours and on a phone', async () => {
    const page = await open('tour.html', { colorScheme: 'dark' });
    expect(await page.locator('.scene').count()).toBe(7);
    // The run stands still at the step of the link at the end.
    await page.waitForFunction(() => document.documentElement.dataset['explained'] === '400', null, {
      timeout: 240_000,
      polling: 100,
    });
    expect(await page.locator('#limits-text').textContent()).toBe(
      'Every slope is below 1, by proof. So every block has an inverse.',
    );
    const before = await page.locator('#probe caption').textContent();
    await page.click('#another');
    await page.waitForFunction(
      (text) => document.querySelector('#probe caption')!.textContent !== text,
      before,
    );
    await page.locator('#slope').fill('1.5');
    expect(await page.locator('#fold-text').textContent()).toMatch(/3 places: it cannot be undone/);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(inner).toBeLessThanOrEqual(outer!);
    await page.context().close();
  });

  test('anybody can see what works on cpu and wasm, and how fast; a GPU comes later', async () => {
    const page = await open('bench.html');
    const row = page.locator('#results tr', { hasText: 'wasm' });
    await page.waitForFunction(
      () => /≤/.test(document.querySelectorAll('#results tr')[1]?.textContent ?? ''),
      null,
      { timeout: 240_000, polling: 200 },
    );
    const cells = await row.locator('td').allTextContents();
    expect(cells).toHaveLength(6);
    for (const cell of cells) expect(cell).toMatch(/^[\d.]+ ms/);
    // The kernels of both round differently; the model is the same.
    expect(Number(/; ([\de-]+) from cpu/.exec(cells[1]!)![1])).toBeLessThan(1e-3);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(inner).toBeLessThanOrEqual(outer!);
    await page.context().close();
  });

  test('one view stands alone, in a page that embeds it', async () => {
    const page = await open('#blocks=1&width=4&at=1&view=path', { viewport: { width: 400, height: 520 } });
    await standing(page, 1);
    expect(await page.locator('figure:visible').count()).toBe(1);
    expect(await page.locator('#play').isVisible()).toBe(false);
    expect(await page.locator('#whole').getAttribute('href')).toBe('#blocks=1&width=4&at=1');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
    // As on the landing page of the site: three side by side in little room.
    const small = { viewport: { width: 608, height: 360 } };
    const three = await open('#blocks=1&width=4&at=1&view=planes', small);
    await standing(three, 1);
    expect(await three.locator('figure:visible').count()).toBe(3);
    const [inner, outer] = await three.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [
        [scrollWidth, scrollHeight],
        [innerWidth, innerHeight],
      ];
    });
    expect(inner).toEqual(outer);
    expect(await violations(three)).toEqual([]);
    await three.context().close();
  });

  test('a worker that dies leaves a message and a way on', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(`${site.url}#blocks=2&width=8&at=2`);
    await standing(page, 2);
    await page.workers()[0]!.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of memory');
      });
    });
    await page.waitForFunction(() =>
      document.getElementById('notice')!.textContent!.includes('out of memory'),
    );
    await page.click('#again');
    await page.waitForFunction(() => document.getElementById('notice')!.hidden);
    await page.waitForFunction(() => Number(document.documentElement.dataset['step']) >= 3);
    await context.close();
  });

  test('canvases that the browser lost are painted again', async () => {
    const page = await open('#blocks=1&width=4&at=1&path=0.4');
    await standing(page, 1);
    const before = await pictures(page);
    const lost = await page.evaluate(() => {
      const canvases = Array.from(document.querySelectorAll('canvas'));
      // Setting a width empties a canvas, as losing the GPU does.
      for (const canvas of canvases) canvas.width = Number(canvas.width);
      return canvases.length;
    });
    expect(await pictures(page)).not.toEqual(before);
    await page.evaluate(() => document.querySelector('canvas')!.dispatchEvent(new Event('contextrestored')));
    expect(await pictures(page)).toEqual(before);
    expect(lost).toBeGreaterThan(3);
    await page.context().close();
  });

  test('nothing went wrong on the way', () => {
    expect(faults).toEqual([]);
  });
});
