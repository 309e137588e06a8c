import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** New folders that are removed behind the tests of a file. */
export function folders(): () => string {
  const made: string[] = [];
  afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  return () => {
    made.push(mkdtempSync(join(tmpdir(), 'datasets-')));
    return made.at(-1)!;
  };
}
