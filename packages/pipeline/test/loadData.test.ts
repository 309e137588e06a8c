import { digitImages } from '@iresnet/datasets';
import { surveyTableFile } from '@iresnet/datasets/node';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultRecipe } from '../src';
import { runConfig, type DataConfig } from '../src/run';
import { checkClasses, loadData, sourceOf, type DataNotice } from '../src/run/node';

const home = mkdtempSync(join(tmpdir(), 'iresnet load ü '));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

test('a file is read by its schema, and what its survey told is not told again', async () => {
  const path = file('a.b.csv.gz', '# from a device\nx,colour\n1.5,red\n2.5,blue\n');
  const { schema } = await surveyTableFile([path]);
  const notices: DataNotice[] = [];
  const onNotice = (notice: DataNotice): void => void notices.push(notice);
  const data: DataConfig = { kind: 'file', file: path, schema };
  const loaded = await loadData(data, { onNotice });
  expect(loaded).toMatchObject({ kind: 'table', title: 'a.b', table: { columns: ['x', 'colour'] }, data });
  expect(loaded.kind === 'table' && Array.from(loaded.table.values)).toEqual([1.5, 1, 2.5, 0]);
  expect(notices.map(({ where, kind }) => [where, kind])).toEqual([[path, 'skipped']]);

  // Without a schema each column is one of numbers.
  await expect(loadData({ kind: 'file', file: path })).rejects.toThrow("column 'colour'");
  await expect(loadData({ kind: 'file', file: join(home, 'none.csv') })).rejects.toThrow(
    'expected a CSV file, got nothing there',
  );
});

test('several files are one table, in their order', async () => {
  const more = [file('2.csv', 'x,y\n3,4\n')];
  const loaded = await loadData({ kind: 'file', file: file('1.csv', 'x,y\n1,2\n'), more });
  expect(loaded).toMatchObject({ title: '1', table: { rows: 2, values: Float64Array.of(1, 2, 3, 4) } });
});

test('a table that ships with the packages has classes only where their column was named', async () => {
  const named = await loadData({ kind: 'embedded', name: 'iris', label: 'Species' });
  const plain = await loadData({ kind: 'embedded', name: 'iris' });
  expect([named, plain].map((loaded) => loaded.kind === 'table' && loaded.table.labels?.length)).toEqual([
    150,
    undefined,
  ]);
  await expect(loadData({ kind: 'embedded', name: 'iris', label: 'speices' })).rejects.toThrow(
    "iris: expected a column 'speices', found species (did you mean 'species'?)",
  );
  await expect(loadData({ kind: 'embedded', name: 'faithful', label: 'kind' })).rejects.toThrow(
    "expected a column 'kind', found no column of classes in it",
  );
});

test('the parts of a configuration are those of its data', async () => {
  const config = runConfig({ kind: 'set', name: 'digits' }, defaultRecipe('digits', 'hybrid'));
  const source = sourceOf(await loadData({ kind: 'set', name: 'digits' }), config);
  const { training, validation, heldOut } = source;
  expect(source.input).toMatchObject({ kind: 'images', title: 'digits' });
  expect(training.count + validation.count + heldOut.count).toBe(digitImages().count);
});

test('a folder of pictures has as many classes as its task needs', async () => {
  const folder = join(home, 'pictures');
  for (const name of ['dark', 'light', '__pycache__']) mkdirSync(join(folder, name), { recursive: true });
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgZAIAAAcABHZJ4ygAAAAASUVORK5CYII=';
  writeFileSync(join(folder, 'dark', 'a.png'), Buffer.from(png, 'base64'));
  const loaded = await loadData({ kind: 'folder', folder });
  expect(loaded).toMatchObject({ title: 'pictures', empty: ['__pycache__', 'light'] });
  checkClasses(loaded, 'density');
  expect(() => checkClasses(loaded, 'classify', 'or else')).toThrow(
    `${join(folder, 'light')}: expected pictures of the class light, found none: put some there, remove the folder, or else`,
  );
  expect(() => checkClasses({ ...loaded, empty: [] }, 'hybrid')).toThrow(
    'found dark alone: add some, or train a density, which needs no classes',
  );
});
