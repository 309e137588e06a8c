import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'run folders ü '));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('folders that processes make at the same moment have numbers of their own', async () => {
  const runs = join(home, 'runs');
  mkdirSync(join(runs, '007-older'), { recursive: true });
  writeFileSync(join(runs, 'notes.txt'), '');
  const module = JSON.stringify(new URL('../src/run/folder.ts', import.meta.url).href);
  const make = (title: string) =>
    promisify(execFile)(process.execPath, [
      '--conditions=@iresnet/source',
      `--import=${import.meta.resolve('tsx')}`,
      '--input-type=module',
      `--eval=import { createRunFolder } from ${module};
        while (Date.now() % 1000 < 900);
        for (let i = 0; i < 40; i++) createRunFolder(${JSON.stringify(runs)}, ${JSON.stringify(title)});`,
    ]);
  await Promise.all(['first', 'zweiter Läufer/..'].map(make));
  const names = readdirSync(runs).filter((name) => /^\d/.test(name));
  const numbers = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 81 }, (_, i) => i + 7));
  expect(names.filter((name) => /^\d+-zweiter-Läufer-\.\.$/.test(name))).toHaveLength(40);
});
