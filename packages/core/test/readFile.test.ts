import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText, writeFailure } from '../src/node';

const home = mkdtempSync(join(tmpdir(), 'iresnet-read-'));
const at = (name: string): string => join(home, name);
writeFileSync(at('file'), 'ü\n');
mkdirSync(at('folder'));

test('the text of a file', () => {
  expect(readText(at('file'), 'a text')).toBe('ü\n');
});

const refused: [string, string][] = [
  [at('none'), 'nothing there'],
  [at('folder'), 'a folder'],
  [at('file/below'), 'a file where a folder should be'],
  ...(process.platform === 'win32' ? [] : [['/dev/zero', 'a device'] as [string, string]]),
];

test.each(refused)('%s is refused in a sentence', (path, found) => {
  expect(() => readText(path, 'a text')).toThrow(
    expect.objectContaining({ kind: 'data', message: `${path}: expected a text, got ${found}` }),
  );
});

test('a failure to write names the file and the reason', () => {
  const cause = Object.assign(new Error('?'), { code: 'ENOSPC' });
  expect(writeFailure('x.csv', cause).message).toBe(
    'x.csv: expected to write it, got: the disk is full (ENOSPC)',
  );
});
