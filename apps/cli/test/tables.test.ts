import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { nameList } from '../src/terminal/nameList';
import { listed } from '@iresnet/core/internal';
import { printable, printableText } from '../src/terminal/printable';
import { here, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet tables ');
const runs = join(home, 'runs');
const write = (name: string, text: string): string => {
  const file = join(home, name);
  writeFileSync(file, text);
  return file;
};
/** Forty rows of two columns, with a decimal mark. */
const rows = (separator: string, mark = '.') =>
  Array.from({ length: 40 }, (_, i) =>
    [Math.sin(7 * i), Math.cos(3 * i * i)].map((x) => x.toFixed(3).replace('.', mark)).join(separator),
  ).join('\n');
const train = (...args: string[]) => here('train', ...small, '--backend', 'cpu', '--out', runs, ...args);

describe('the rows that are judged', () => {
  const file = write('all.csv', `a,b\n${rows(',')}\n`);
  const heldOut = async (...flags: string[]): Promise<{ readonly dir: string; readonly rows: number }> => {
    const { code, stdout, stderr } = await train('--data', file, ...flags, '--json');
    expect(code, stderr).toBe(0);
    const { dir, heldOutRows: rows } = JSON.parse(stdout) as { dir: string; heldOutRows: number };
    return { dir, rows };
  };

  test('may come from another file, whose columns go by their names', async () => {
    const other = write('other.csv', 'b,a\n0.5,0.25\n-0.5,0.75\n0.1,0.2\n');
    const { dir, rows } = await heldOut('--test', other);
    expect(rows).toBe(3);
    const meanOf = async (...flags: string[]): Promise<number> => {
      const text = await succeed('eval', dir, ...flags, '--backend', 'cpu', '-q', '--json');
      const { heldOut, logLikelihood } = JSON.parse(text) as Record<string, { mean: number } | undefined>;
      return (heldOut ?? logLikelihood)!.mean;
    };
    expect(await meanOf()).toBe(await meanOf('--data', other));
    const { command } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { command: string };
    expect(command).toContain(`--test '${other}'`);
    expect(command).not.toContain('--hold-out');
  });

  test('may be those that choose the best model, by a seed of their own', async () => {
    const { rows, dir } = await heldOut('--hold-out', '0', '--validation', '10', '--split-seed', '3');
    expect(rows).toBe(10);
    const { command } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { command: string };
    expect(command).toContain('--hold-out 0 --split-seed 3 --validation 10');
  });

  test('and all others count by their weights, which are no column of the density', async () => {
    const lines = rows(',').split('\n');
    const weighted = write('weighted.csv', `a,b,w\n${lines.map((row, i) => `${row},${i % 4}`).join('\n')}\n`);
    const flags = ['--data', weighted, '--weights', 'w', '--split-seed', '3'];
    const { code, stdout, stderr } = await train(...flags, '--json');
    expect(code, stderr).toBe(0);
    const { dir } = JSON.parse(stdout) as { dir: string };
    const { command } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { command: string };
    expect(command).toContain('--weights w');
    // Rows without the column have scores, and those with it the same ones.
    const scores = async (data: string): Promise<unknown[]> => {
      const text = await succeed('score', dir, '--data', data, '--backend', 'cpu', '-q', '--json');
      return text.trim().split('\n').map((line) => (JSON.parse(line) as { logLikelihood: number }).logLikelihood); // prettier-ignore
    };
    expect(await scores(weighted)).toEqual(await scores(file));
  });

  test('come from one place', async () => {
    const { code, stderr } = await train('--data', file, '--test', file, '--hold-out', '0.1');
    expect([code, stderr]).toEqual([2, 'error: iresnet train: expected --test or --hold-out, got both\n']);
  });
});

describe('a table with grouped digits', () => {
  const file = write(
    'grouped.csv',
    `price,size\n${Array.from({ length: 60 }, (_, i) => `"${1 + (i % 7)},${100 + 13 * i}",${Math.sin(i)}`).join('\n')}\n`,
  );

  test('is refused with the flags that read it', async () => {
    const { code, stderr } = await train('--data', file);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/; give --grouping ,; or --decimal ,\n$/)]);
  });

  test('is learned with its mark, which the run keeps', async () => {
    const { code, stderr, stdout } = await train('--data', file, '--grouping', ',', '--json');
    expect(code, stderr).toBe(0);
    const { dir } = JSON.parse(stdout) as { dir: string };
    const { data } = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as { data: object };
    expect(data).toMatchObject({ grouping: ',', schema: [{ column: 'price', kind: 'integer' }, {}] });
    const { command } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { command: string };
    expect(command).toContain('--grouping ,');
    const plain = write('plain-digits.csv', readFileSync(file, 'utf8').replaceAll(/"(\d),(\d+)"/g, '$1$2'));
    const common = ['--backend', 'cpu', '-q'];
    expect(await succeed('score', dir, '--data', file, '--grouping', ',', ...common)).toBe(
      await succeed('score', dir, '--data', plain, ...common),
    );
  });
});

describe('a run on a table of another form', () => {
  let run: string;
  beforeAll(async () => {
    const file = write('german.csv', `"länge, m";1900\n${rows(';', ',')}\n`);
    const given = ['--data', file, '--decimal', ',', '--header', 'yes', '--separator', ';'];
    const { code, stderr, stdout } = await train(...given, '--columns', '"länge, m",1900', '--json');
    expect(code, stderr).toBe(0);
    run = (JSON.parse(stdout) as { dir: string }).dir;
  }, 60_000);

  test('its form is in the configuration and in the command that gives it again', () => {
    const { data } = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { data: object };
    expect(data).toMatchObject({ header: true, separator: ';', decimal: ',', columns: ['länge, m', '1900'] });
    const { command } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { command: string };
    expect(command).toContain(`--columns '"länge, m",1900' --header yes --separator ';' --decimal ,`);
  });

  test('every command reads a table of the same form, and says how where it cannot', async () => {
    const file = write('new.csv', `1900;"länge, m"\n0,5;1,5\n2,5;-1\n`);
    const plain = write('plain.csv', '1900,"länge, m"\n0.5,1.5\n2.5,-1\n');
    const common = ['--backend', 'cpu', '-q'];
    for (const command of ['score', 'eval', 'reconstruct', 'interpolate']) {
      const expected = await succeed(command, run, '--data', plain, ...common);
      expect(await succeed(command, run, '--data', file, '--decimal', ',', ...common), command).toBe(
        expected,
      );
      const refused = await here(command, run, '--data', file, ...common);
      expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/; give --decimal ,\n$/)]);
    }
  });

  test('the rows before a bad one are scored', async () => {
    const file = write('bad.csv', '1900;"länge, m"\n0,5;1,5\n2,5;-1\n7%;3\n1;1\n');
    const args = ['score', run, '--data', file, '--decimal', ',', '--backend', 'cpu'];
    const { code, stdout, stderr } = await here(...args, '--on-bad-row', 'stop');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^row,log_likelihood,percentile,p_value,unusable\n1,.*,\n2,.*,\n$/);
    expect(stderr).toMatch(/line 4, column '1900': expected a finite number, found '7%'/);
  });
});

describe('columns whose names a record has itself, or which an object would move', () => {
  const names = ['2020', 'row', 'max_error', '__proto__', 't'];
  const line = (i: number) => names.map((_, j) => Math.sin(i * (j + 2) + j).toFixed(3)).join();
  const text = (count: number) => `${names.join()}\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`; // prettier-ignore
  let run: string;
  let some: string;
  beforeAll(async () => {
    const { code, stderr, stdout } = await train('--data', write('names.csv', text(40)), '--json');
    expect(code, stderr).toBe(0);
    run = (JSON.parse(stdout) as { dir: string }).dir;
    some = write('some.csv', text(3));
  }, 60_000);

  test('every value stands below its name, and is not lost', async () => {
    const csv = (await succeed('reconstruct', run, '--data', some, '-q')).trimEnd().split('\n');
    expect(csv[0]).toBe('row,2020,row_,max_error_,__proto__,t,max_error,error_bound,residual,converged');
    csv.slice(1).forEach((found, i) => {
      const cells = found.split(',');
      expect([cells[0], cells.at(-1), cells.length]).toEqual([String(i + 1), 'true', 10]);
      line(i).split(',').forEach((cell, j) => expect(Number(cells[1 + j])).toBeCloseTo(Number(cell), 3)); // prettier-ignore
    });
    const path = (await succeed('interpolate', run, '--data', some, '--steps', '2', '-q')).split('\n');
    expect(path[0]).toBe('from,to,t,2020,row,max_error,__proto__,t_');
    expect(path[1]!.split(',').slice(0, 3)).toEqual(['1', '2', '0']);
    expect(Number(path[1]!.split(',')[3])).toBeCloseTo(Number(line(0).split(',')[0]), 3);
    const [first] = (await succeed('reconstruct', run, '--data', some, '--json', '-q')).split('\n');
    expect(first).toMatch(/^\{"row":1,"2020":[^,]+,"row_":[^,]+,"max_error_":[^,]+,"__proto__":[^,]+,"t":[^,]+,"maxError":/); // prettier-ignore
    const drawn = await succeed('sample', run, '-n', '1', '--json', '-q');
    expect(drawn).toMatch(/^\{"2020":[^,]+,"row":[^,]+,"max_error":[^,]+,"__proto__":[^,]+,"t":[^,]+\}\n$/);
  });

  test('a result is never written over the data', async () => {
    const link = join(home, 'link.csv');
    symlinkSync(some, link);
    for (const out of [some, link, join(home, 'runs', '..', 'some.csv')]) {
      const { code, stderr } = await here('score', run, '--data', some, '--out', out, '-q');
      expect([code, stderr]).toEqual([2, expect.stringContaining('expected --out other than the file of --data')]); // prettier-ignore
    }
    expect(readFileSync(some, 'utf8')).toBe(text(3));
    const loop = join(home, 'loop');
    symlinkSync(loop, loop);
    expect(await here('score', run, '--data', some, '--out', loop, '-q')).toMatchObject({ code: 3 });
    expect(await here('score', run, '--data', loop, '--out', some, '-q')).toMatchObject({ code: 3 });
  });

  test('rows that cannot be inverted are named, under --quiet too', async () => {
    const far = write('far.csv', `${names.join()}\n${line(0)}\n1,1e39,1,1,1\n`);
    const { code, stdout, stderr } = await here('reconstruct', run, '--data', far, '-q');
    expect(code).toBe(5);
    expect(stdout.split('\n')[2]).toBe('2,,,,,,,,,false');
    expect(stderr).toMatch(/^warning: 1 of 2 rows cannot be inverted: row 2, column 'row': 1e\+39 is .* off\. Their cells are empty\.\n.*1 of 2 rows did not converge\n$/); // prettier-ignore
  });
});

test('what auto decided is said, and other words about the table', async () => {
  const file = write('numbers.csv', `# made by hand\n0,1\n${rows(',')}\n`);
  const { code, stderr } = await train('--data', file);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`${file}: header: line 2 holds the names 0, 1 (--header yes or no decides)\n`);
  expect(stderr).toContain(`${file}: line 1 (comment) is not a row\n`);
  const sentinel = write('code.csv', `a,b\n-999,0.5\n${rows(',')}\n`);
  expect((await train('--data', sentinel)).stderr).toMatch(
    /code\.csv: 'a' is -999 in row 1, .*a missing one\?\n/,
  );
}, 60_000);

test('a refused table comes with the flags under which it can be read, and they work', async () => {
  const lines = rows(',').split('\n').map((line, i) => `2024-01-${i},${line},${i % 2 ? 'p' : 'q'}`); // prettier-ignore
  const file = write('mixed.csv', `date,a,"b, c",kind\n${lines.join('\n')}\n`);
  const refused = await train('--data', file);
  expect(refused.code).toBe(3);
  const [, columns] = /; give --columns '(.*)'\n$/.exec(refused.stderr) ?? [];
  expect(columns).toBe('a,"b, c",kind');
  expect((await train('--data', file, '--columns', columns!)).code).toBe(0);
  const classes = write('classes.csv', `a,b,kind\n${rows(',').replaceAll('\n', ',p\n')},q\n`);
  expect((await train('--data', classes)).stderr).toContain('classes.csv: columns: kind: 2 categories\n');
}, 60_000);

test('flags of a table are refused where there is none', async () => {
  for (const args of [
    ['--dataset', 'digits', '--header', 'no'],
    ['--dataset', 'iris', '--decimal', ','],
    ['--dataset', 'moons', '--separator', ';'],
    ['--data', join(home, 'x.csv'), '--separator', 'a'],
    ['--data', join(home, 'x.csv'), '--columns', 'a,,b'],
  ]) {
    const { code, stderr } = await train(...args);
    expect([code, stderr], args.join(' ')).toEqual([2, expect.stringMatching(/^error: .*[Ee]xpected/)]);
  }
});

test.skipIf(process.platform === 'win32')(
  'a device, a folder and a pipe without a writer are refused',
  async () => {
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const [file, message] of [
      ['/dev/zero', 'expected a file or a pipe, got a device'],
      [join(home, 'none'), 'nothing there'],
      [pipe, 'expected somebody to write to the pipe, got nobody in 10 s'],
    ] as const) {
      const { code, stderr } = await train('--data', file);
      expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
    }
  },
  30_000,
);

test('lists of names are read back as they are written', () => {
  for (const names of [['a'], ['a', 'b c'], ['x, y', 'say "hi"', 'z'], ['ü']]) expect(nameList(listed(names))).toEqual(names); // prettier-ignore
  for (const text of ['', 'a,', ',a', 'a,,b', '"a', '"a"b'])
    expect(() => nameList(text)).toThrow('Expected names');
});

test('no control character of a name reaches a person', async () => {
  expect(printable('a\x1b[2J\nb\n  c\x9b')).toBe('a\\x1b[2J\\x0ab\n  c\\x9b');
  expect(printableText('a\tb\n\x1b[2J\x07')).toBe('a\tb\n\\x1b[2J\\x07');
  const evil = '\x1b[2J';
  const lines = rows(',').split('\n').map((line, i) => `${line},${evil}${i % 2}`); // prettier-ignore
  const file = write(`evil${evil}.csv`, `a${evil},b,kind${evil}\n${lines.join('\n')}\n`);
  const found = await train('--data', file, '--label', `kind${evil}`);
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr + found.stdout).not.toContain('\x1b');
  expect(found.stdout).toContain('kind\\x1b[2J');
}, 60_000);

describe('check', () => {
  const rows = Array.from({ length: 90 }, (_, i) => {
    const [a, b] = [
      Number((5 + 3 * Math.sin(i * 1.7)).toFixed(2)),
      Number((9 + Math.cos(i * 2.3)).toFixed(2)),
    ];
    return [i + 1, a, i === 7 ? -999 : b, (2 * a).toFixed(2), ['sun', 'rain', 'fog'][(i * 7) % 3]].join();
  });
  const file = write('checked.csv', `id,a,b,twice,sky\n${rows.join('\n')}\n`);

  test('a gap in a column of words is one more word, and drops its row where that is asked for', async () => {
    const gaps = write(
      'gaps.csv',
      `a,sky\n${rows.map((row, i) => `${row.split(',')[1]},${i % 9 === 4 ? '' : row.split(',')[4]}`).join('\n')}\n`,
    );
    const plain = await here('check', gaps);
    expect(plain.stdout).toContain('columns: sky: 3 categories or no value');
    expect(plain.stdout).toMatch(/gaps: 58 training rows, 18 held out/);
    const dropped = await here('check', gaps, '--missing', 'drop');
    expect(dropped.stdout).toContain('columns: sky: 3 categories\n');
    expect(dropped.stdout + dropped.stderr).toContain(
      '10 of 90 rows are left out, since they have no value in sky (10)',
    );
  });

  test('says what train would make of a table, and trains nothing', async () => {
    const { code, stdout, stderr } = await here('check', file);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.replaceAll(`${file}: `, '').trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['columns: sky: 3 categories', "column 'id' is left out: it names or counts the rows"]); // prettier-ignore
    expect(lines[2]).toMatch(/^'b' is -999 in row 8, \d+ interquartile ranges from the next value: a code/);
    expect(lines[3]).toMatch(/^'twice' follows from the columns before/);
    expect(lines[4]).toMatch(/^checked: 58 training rows, 18 held out, 4 columns$/);
    expect(lines[5]).toMatch(/^\d blocks of .* at most 400 steps /);
    expect(lines[6]).toMatch(/^transformed columns: .*sky: masses/);
  });

  test('says all of a table with gaps too, without the rows that have them, before it refuses it', async () => {
    const gaps = write(
      'refused.csv',
      `a,b,sky\n${rows.map((row, i) => [row.split(',')[1], i % 9 === 4 ? '' : row.split(',')[2], row.split(',')[4]].join()).join('\n')}\n`,
    );
    const { code, stdout, stderr } = await here('check', gaps);
    expect(code).toBe(3);
    expect(stdout).toContain('10 of 90 rows are left out, since they have no value in b (10)');
    expect(stdout).toMatch(/refused: \d+ training rows, \d+ held out, 3 columns/);
    expect(stdout.match(/columns: /g)).toHaveLength(2); // what they hold, and their transforms
    expect(stderr).toMatch(/^error: .* found none in b \(10\): 10 of 90 rows; give --missing drop /);
  });

  test('prints what it found before it says why a table cannot be used', async () => {
    const short = write('short.csv', `id,a,b,twice,sky\n${rows.slice(0, 4).join('\n')}\n`);
    const { code, stdout, stderr } = await here('check', short);
    expect(code).toBe(3);
    expect(stdout).toContain("column 'id' is left out: it names or counts the rows\n");
    expect(stderr).toMatch(/^error: short: expected 4 rows to train on and 2 to hold out, got /);
  });
});
