import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCode } from '../src/exit';
import { csvText, here, iresnet, shell, small, temporaryFolder } from './command';

const home = temporaryFolder('iresnet mistakes ü ');
const out = join(home, 'runs');

function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

/** Expect one line on stderr, no more, and nothing on stdout. */
async function refuses(args: readonly string[], code: number, message: string): Promise<void> {
  const result = await here(...args);
  expect(result).toEqual({ code, stdout: '', stderr: `error: ${message}\n` });
}

const sets =
  'faithful, iris, quakes, moons, pinwheel, checkerboard, 8gaussians, swissroll, rings, 2spirals, line, cosine, digits, mnist, fashion-mnist, kmnist, cifar10, cifar100';
const good = { version: 1, data: { kind: 'embedded', name: 'iris' }, seed: 1, steps: 5 };

test.each<[string, string]>([
  ['tarin', "unknown command 'tarin' (Did you mean train?)"],
  ['train --dataste moons', "unknown option '--dataste' (Did you mean --dataset?)"],
  ['train --dataset mooons', `option '--dataset <name>' argument 'mooons' is invalid. Expected one of ${sets}. (did you mean 'moons'?)`],
  ['train --out=', "option '--out <folder>' argument '' is invalid. Expected a value, got an empty text."],
  ['train --data=', "option '--data <path...>' argument '' is invalid. Expected a value, got an empty text."],
  ['train --steps ten', "option '--steps <n>' argument 'ten' is invalid. Expected a number."],
  ['train --steps 1.5', "option '--steps <n>' argument '1.5' is invalid. Expected an integer ≥ 1."],
  ['train --batch-size 0', "option '--batch-size <n>' argument '0' is invalid. Expected an integer ≥ 2."],
  ['train --batch-size 1', "option '--batch-size <n>' argument '1' is invalid. Expected an integer ≥ 2."],
  ['train --learning-rate NaN', "option '--learning-rate <r>' argument 'NaN' is invalid. Expected a number."],
  ['train --coefficient 1', 'iresnet train: --coefficient: expected a number > 0 and < 1 or null, got 1'],
  ['train --hold-out 1', "option '--hold-out <share>' argument '1' is invalid. Expected a number between 0 and 1."],
  ['train --coefficient 1 --noise -1', 'iresnet train: --noise: expected a number ≥ 0 and ≤ 1000, got -1; --coefficient: expected a number > 0 and < 1 or null, got 1'],
  ['train --dataset moons --data x.csv', 'iresnet train: expected --dataset or --data, got both'],
  ['train --columns a', 'iresnet train: expected --data with --columns, got none'],
  ['train --resume r --seed 5', 'iresnet train: expected --resume without what decides a run, got --seed beside it'],
  ['train extra', "too many arguments for 'train'. Expected 0 arguments but got 1."],
  ['score --data x', "missing required argument 'run'"],
  ['score r --data x.csv --dataset mnist', 'iresnet score: expected --data or --dataset, got both'],
  ['eval r --data-dir x', 'iresnet eval: expected --dataset with --data-dir, got none'],
  ['score r --format npy', 'iresnet score: expected --out with --format npy, got none'],
  ['score r --rank --out x.npy', 'iresnet score: expected --rank with csv or jsonl, which say what each score belongs to, got npy'],
  ['score r --json --format csv', 'iresnet score: expected --json or --format csv, got both'],
  ['interpolate r --from 1', 'iresnet interpolate: expected as many of --from as of --to, got 1 and 0'],
  ['interpolate r --from 1 --to 2 --classes 3,8', 'iresnet interpolate: expected --classes or --from and --to, got both'],
  ['interpolate r --classes 3', 'iresnet interpolate: expected two classes, got 3'],
  ['interpolate r --steps 1', "option '--steps <n>' argument '1' is invalid. Expected an integer ≥ 2."],
  ['datasets shwo', "too many arguments for 'datasets'. Expected 0 arguments but got 1."],
  ['datasets download mnits', "command-argument value 'mnits' is invalid for argument 'name'. Expected one of mnist, fashion-mnist, kmnist, cifar10, cifar100. (did you mean 'mnist'?)"],
  ['datasets show digits', 'iresnet datasets show: expected --out with a .png file, an .npy file, a folder (with / at its end), got none'],
  ['sample r -n 0', "option '-n, --count <n>' argument '0' is invalid. Expected an integer ≥ 1."],
  ['sample r --backend wsam', "option '--backend <name>' argument 'wsam' is invalid. Expected one of auto, tensorflow, wasm, cpu. (did you mean 'wasm'?)"],
])('%s', (line, message) => refuses(line.split(' '), 2, message)); // prettier-ignore

test('help, version, and no command at all', async () => {
  const help = await iresnet('--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: iresnet');
  for (const code of [...Object.values(exitCode), '129, 130, 143'])
    expect(help.stdout).toMatch(new RegExp(`^  ${code} +\\S`, 'm'));
  expect(await iresnet()).toEqual({ code: 2, stdout: '', stderr: help.stdout });
  expect(await iresnet('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string }); // prettier-ignore
  const commands = ['train', 'eval', 'score', 'sample', 'reconstruct', 'interpolate', 'certify', 'report'];
  for (const command of commands) {
    const { code, stdout } = await here(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: iresnet ${command}`);
    expect(stdout).toMatch(new RegExp(`Examples:\n {2}\\$ iresnet ${command}`));
    expect(stdout.match(/^ {2}\$ iresnet /gm)!.length).toBeGreaterThan(1);
    for (const flag of ['--backend', '--quiet', '--json']) expect(stdout).toContain(flag);
  }
});

test.each([
  ['train', '--seed', '--activation'],
  ['score', '--rank', '--probes'],
])('%s --help lists everyday flags, --help-all every flag', async (command, everyday, seldom) => {
  const [short, all] = [await iresnet(command, '--help'), await iresnet(command, '--help-all')];
  expect([short.code, all.code]).toEqual([0, 0]);
  expect(short.stdout.split('\n').length).toBeLessThan(90);
  expect(short.stdout).toContain('--help-all');
  for (const flag of [everyday, 'Examples:']) expect(short.stdout).toContain(flag);
  expect(short.stdout).not.toContain(seldom);
  for (const flag of [everyday, seldom, 'Examples:']) expect(all.stdout).toContain(flag);
});

test('a shell completes commands, flags, names and paths', async () => {
  const words = async (...line: string[]): Promise<string[]> => {
    const { code, stdout } = await iresnet('complete', '--', ...line);
    expect(code).toBe(0);
    return stdout.split('\n').map((text) => text.split('\t')[0]!).slice(0, -2); // prettier-ignore
  };
  expect(await words('sco')).toEqual(['score']);
  expect(await words('train', '--coe')).toEqual(['--coefficient']);
  expect(await words('train', '--dataset', 'mo')).toEqual(['moons']);
  const file = join(home, 'my rows.csv');
  writeFileSync(file, 'a\n1\n');
  expect(await words('score', 'run', '--data', `${home}/my`)).toEqual([file]);
  expect((await iresnet('complete', 'zsh')).stdout).toContain('compdef');
});

test.each<[string, unknown, string]>([
  ['an unknown key', { ...good, stpes: 1 }, "unknown key 'stpes' (did you mean 'steps'?)"],
  ['a wrong type', { ...good, steps: 'many' }, "steps: expected an integer ≥ 1, got 'many'"],
  ['a newer version', { ...good, version: 9 }, 'expected version 2 or older, got 9: a newer iresnet made it; update this one'], // prettier-ignore
])('--config with %s', async (name, config, message) => {
  const path = file(`${name}.json`, JSON.stringify(config));
  const { code, stderr } = await here('train', '--config', path, '--out', out);
  expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 2, lines: 2 });
  expect(stderr).toContain(`error: ${path}: `);
  expect(stderr).toContain(message);
});

test.each<[string, string | null, string, string?]>([
  ['missing.csv', null, 'expected a CSV file, got nothing there'],
  ['empty.csv', '', 'expected a table, found no text'],
  ['header.csv', 'a,b\n', 'expected rows below the header, found none'],
  [
    'text.csv',
    'a,b\n1,2\n3,x\n',
    "line 3, column 'b': expected a finite number, found 'x'; columns of numbers: a; give --label b, if 'b' holds classes; or --columns a",
  ],
  [
    'nan.csv',
    'a,b\n1,2\n3,NaN\n5,6\n',
    'expected a value in each cell, found none in b (1): 1 of 3 rows; give --missing drop to leave rows out; or --missing marginal to learn from them too; or --exclude b to leave columns out',
  ],
  ['ragged.csv', 'a,b\n1,2\n3\n', 'line 3: expected 2 fields, found 1'],
  ['quote.csv', 'a,b\n1,"2\n', 'line 2: a quoted field is not closed'],
  ['constant.csv', csvText(['a', 'b'], 12).replaceAll(/,.*/g, ',0.1').replace('0.1', 'b'), "column 'b': it is 0.1 in every row", 'a,b'], // prettier-ignore
  ['clock', csvText(['a', 'b'], 12).replaceAll(/,\d\.|,-\d\./g, ',17000000000000.'), 'expected values that 64-bit floats can tell apart (subtract an offset), got others in b'], // prettier-ignore
  ['few', csvText(['a'], 5), 'expected 4 rows to train on and 2 to hold out, got 2 and 2 of 5 rows, 1 being for validation'], // prettier-ignore
  ['columns.csv', csvText(['length', 'width'], 20), "expected a column 'lenght', found length, width (did you mean 'length'?)", 'lenght'], // prettier-ignore
])('--data %s', async (name, text, message, columns) => {
  const path = join(home, name);
  if (text !== null) writeFileSync(path, text);
  const args = [
    'train',
    '--data',
    path,
    ...small,
    '--out',
    out,
    '-q',
    ...(columns ? ['--columns', columns] : []),
  ];
  // A parsed table goes by its title.
  await refuses(args, 3, `${name.endsWith('.csv') ? path : name}: ${message}`);
});

test('--config is a device, which never ends', () =>
  refuses(
    ['train', '--config', '/dev/zero', '-q'],
    3,
    '/dev/zero: expected a configuration file, got a device',
  ));

test('--data is a folder without images', async () => {
  const dir = join(home, 'no images');
  mkdirSync(dir);
  await refuses(['train', '--data', dir, '-q'], 3, `${dir}: expected PNG or JPEG files in it or in folders within, found none`); // prettier-ignore
  writeFileSync(join(dir, 'a.csv'), 'x\n1\n');
  await refuses(['train', '--data', dir, '-q'], 3, `${dir}: expected PNG or JPEG files in it or in folders within, found none but 1 .csv`); // prettier-ignore
});

test('nothing was written for any of them', () => expect(existsSync(out)).toBe(false));

test.each(['/proc/x/y', join(home, 'in the way', 'x')])('--out %s cannot be made', async (folder) => {
  file('in the way', '');
  const { code, stdout, stderr } = await iresnet(
    'train',
    '--dataset',
    'iris',
    ...small,
    '-q',
    '--out',
    folder,
  );
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^error: --out .*: expected a folder to write to, got E[A-Z]+: .*\n$/);
});

test('a disk that is full ends a run with whole files only', async () => {
  const runs = join(home, 'full');
  // 2 blocks of 512 bytes (bash) or 1024: config.json fits, the metrics do not.
  const { code, stdout, stderr } = await shell(
    `ulimit -f 1; $iresnet train --dataset iris --blocks 1 --hidden 8 --steps 50 -q --out '${runs}'`,
  );
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  // Whichever file meets the limit first: the metrics, or the best model so far.
  expect(stderr).toMatch(/^error: .*001-iris.*EFBIG[^\n]*\n$/);
  expect(readdirSync(join(runs, '001-iris'))).toEqual(['config.json', 'metrics.jsonl']);
});

test('a run that does not exist, or is no run', async () => {
  const folder = join(home, 'no run');
  mkdirSync(folder);
  const missing = join(home, 'missing');
  await refuses(
    ['sample', missing],
    3,
    `${missing}: expected the folder of a run or of a model, got nothing there`,
  );
  await refuses(
    ['eval', folder, '-q'],
    3,
    `${folder}: expected the folder of a run or of a model, got no model in it`,
  );
});
