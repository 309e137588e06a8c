import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '@iresnet/core';
import {
  latestCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  sweep,
  type Checkpoint,
} from '@iresnet/checkpoint/node';
import { newFolder } from './folder';

const SIZE = 1 << 18;

/** The step of a checkpoint, after checking that all its bytes are of that step. */
function stepOf({ files }: Checkpoint): number {
  const { step } = JSON.parse(new TextDecoder().decode(files.get('state.json'))) as { step: number };
  const tensors = files.get('model.safetensors')!;
  expect([tensors.length, tensors.every((byte) => byte === (step & 255))]).toEqual([SIZE, true]);
  return step;
}

/** Of a test that failed. */
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function startSaver(mode: string, folder: string): ChildProcess & { steps: () => number } {
  const script = fileURLToPath(new URL('./saver.ts', import.meta.url));
  const args = ['--conditions=@iresnet/source', '--import', 'tsx', script, mode, folder, String(SIZE)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return Object.assign(child, { steps: () => output.split('\n').length - 1 });
}

/** Kill without warning, some milliseconds after the second save. */
async function killSoon(child: ReturnType<typeof startSaver>, wait: number): Promise<number> {
  while (child.steps() < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setTimeout(resolve, wait));
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  return child.steps();
}

// Few and short: the saver writes without a pause, so nearly every kill falls into a save.
describe('SIGKILL while saving, 20 times', () => {
  it.each([
    ['numbered', 10],
    ['replace', 10],
  ])('%s checkpoints', async (mode, times) => {
    const rng = createRng(times + mode.length);
    for (let i = 0; i < times; i++) {
      const root = newFolder();
      const folder = mode === 'replace' ? join(root, 'model') : root;
      const reported = await killSoon(startSaver(mode, folder), rng.next() * 20);

      // The newest complete one is there at once, at most one save behind or ahead of what was
      // reported.
      const skipped: string[] = [];
      const latest = await latestCheckpoint(root, { onSkip: (dir) => skipped.push(dir) });
      expect(skipped).toEqual([]);
      expect(stepOf(latest!)).toBeGreaterThanOrEqual(reported);
      expect(stepOf(latest!)).toBeLessThanOrEqual(reported + 1);

      await sweep(root);
      expect(readdirSync(root).filter((name) => /\.(tmp|old)-/.test(name))).toEqual([]);
      expect(stepOf((await latestCheckpoint(root))!)).toBe(stepOf(latest!));
    }
  });
});

describe('reading while another process replaces', () => {
  it('gives one save or another, never a mixture and never nothing', async () => {
    const dir = join(newFolder(), 'model');
    const child = startSaver('replace', dir);
    while (child.steps() < 1) await new Promise((resolve) => setTimeout(resolve, 2));
    const seen = new Set<number>();
    let gaps = 0;
    for (let i = 0; i < 150; i++) {
      if (!existsSync(dir)) gaps++;
      const step = stepOf(await loadCheckpoint(dir));
      expect(step).toBeGreaterThanOrEqual(Math.max(0, ...seen));
      seen.add(step);
    }
    await killSoon(child, 0);
    expect(seen.size).toBeGreaterThan(3);
    expect(gaps).toBeLessThan(150);
  });

  it('nor when the files are equal', async () => {
    const dir = join(newFolder(), 'model');
    let done = false;
    await saveCheckpoint(dir, { a: '1' });
    const saving = (async () => {
      while (!done) await saveCheckpoint(dir, { a: '1' });
    })();
    for (let i = 0; i < 150; i++) expect((await loadCheckpoint(dir)).files.size).toBe(1);
    done = true;
    await saving;
  });
});
