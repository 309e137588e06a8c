import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lock } from '@iresnet/core/node';
import { findNative } from '../src';
import { folderName } from '../src/native/folder';
import { expectGlibc, expectSpace } from '../src/native/install/requirements';
import { defaultTensorflow, wheelRequest, wheelVersion } from '../src/native/install/wheel';
import { installed } from '../../../scripts/native';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const command = [
  ...['--conditions=@iresnet/source', '--import', 'tsx'],
  join(root, 'packages/backend/src/native/installCommand.ts'),
];
const temporary = mkdtempSync(join(tmpdir(), 'install-native-'));
let dir = '';
let count = 0;
beforeEach(() => {
  dir = join(temporary, `dir-${++count}`);
});
afterAll(() => {
  rmSync(temporary, { recursive: true });
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [...command, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return { status, stderr, stdout };
}

/** A folder of programs as the whole PATH: some of the system's, and scripts. */
function programs(system: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(temporary, 'path-'));
  for (const name of system) {
    const which = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(realpathSync(which), join(folder, name));
  }
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).stdout.trim();
const tools = { python3: `exec ${python} "$@"` };

/** A folder like the package's, without its sources: enough for what comes before the compiler. */
function fakeSources(): string {
  const folder = mkdtempSync(join(temporary, 'sources-'));
  for (const name of ['binding', 'dist/kernels']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['register_all_kernels', 'nodejs_kernel_backend', 'int64_tensors']) {
    writeFileSync(join(folder, 'dist', `${name}.js`), '');
  }
  writeFileSync(join(folder, 'binding.gyp'), '{}');
  writeFileSync(join(folder, 'README.md'), '');
  writeFileSync(join(folder, 'package.json'), '{ "version": "4.22.0" }');
  return folder;
}

/** A wheel with the given members. */
function wheel(
  members: Readonly<Record<string, string>>,
  name = 'tensorflow_cpu-2.18.1-cp311-cp311-manylinux2014_x86_64.whl',
): string {
  const file = join(mkdtempSync(join(temporary, 'wheel-')), name);
  const script =
    'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], "w")\nfor k, v in json.loads(sys.argv[2]).items(): z.writestr(k, v)\nz.close()';
  spawnSync(python, ['-c', script, file, JSON.stringify(members)]);
  return file;
}

describe('install-native says in one message what is missing and what to do', () => {
  let sources = '';
  beforeAll(() => {
    sources = fakeSources();
  });

  it.each([
    ['no Python', () => programs(['c++', 'make']), /no Python at python3.*--python FILE/s],
    [
      'no compiler',
      () => programs(['make'], tools),
      /no C\+\+ compiler \(c\+\+, g\+\+, clang\+\+\).*apt-get install g\+\+/s,
    ],
    ['no make', () => programs(['c++'], tools), /no make.*apt-get install/s],
    [
      'no pip',
      () =>
        programs(['c++', 'make'], {
          python3: 'test "$1" = --version || { echo "No module named pip"; exit 1; }',
        }),
      /python3 has no pip.*ensurepip.*--wheel FILE/s,
    ],
    [
      'no network',
      () =>
        programs(['c++', 'make'], {
          python3: 'case "$*" in *download*) echo "ERROR: Could not find a version"; exit 1;; esac',
        }),
      /pip could not fetch tensorflow.*Could not find a version.*--wheel FILE/s,
    ],
    [
      'no disk for pip',
      () =>
        programs(['c++', 'make'], {
          python3:
            'case "$*" in *download*) echo "OSError: [Errno 28] No space left on device"; exit 1;; esac',
        }),
      /No space left.*Free some disk/s,
    ],
  ])('%s', (_, path, message) => {
    const { status, stderr } = run(['install-native', '--dir', dir, '--sources', sources], {
      PATH: path(),
      CXX: '',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m); // no stack
    expect(readdirSync(dir)).toEqual([]); // neither lock nor leavings
  });

  it.each([
    [
      'without the library',
      () => wheel({ 'tensorflow/__init__.py': '' }),
      /has no tensorflow\/libtensorflow_cc.*2\.15 to 2\.21/s,
    ],
    [
      'without headers',
      () =>
        wheel({
          'tensorflow/libtensorflow_cc.so.2': '',
          'tensorflow/libtensorflow_framework.so.2': '',
          'tensorflow/include/tensorflow/c/c_api.h': '',
        }),
      /no headers of the C API/,
    ],
    [
      'that is damaged',
      () => {
        const file = wheel({});
        writeFileSync(file, 'PK, but no archive');
        return file;
      },
      /is missing or damaged.*Fetch it again/s,
    ],
    [
      'that is not there',
      () => join(temporary, 'tensorflow-2.18.1-cp311-cp311-manylinux2014_x86_64.whl'),
      /missing or damaged/,
    ],
    [
      'for a newer glibc',
      () => wheel({}, 'tensorflow-2.99.0-cp311-cp311-manylinux_2_99_x86_64.whl'),
      /needs glibc 2\.99, this system has 2\.\d+/,
    ],
    [
      'of something else',
      () => wheel({}, 'numpy-2.0.0-cp311-cp311-manylinux2014_x86_64.whl'),
      /None of the files of --wheel is named tensorflow/,
    ],
  ])('a wheel %s', (_, file, message) => {
    const { status, stderr } = run(['install-native', '--dir', dir, '--sources', sources, '--wheel', file()]);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(existsSync(dir) ? readdirSync(dir) : []).toEqual([]);
  });

  it('sources that are not those', () => {
    const { status, stderr } = run([
      'install-native',
      '--dir',
      dir,
      '--sources',
      temporary,
      '--wheel',
      wheel({}),
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/is not the package @tensorflow\/tfjs-node: binding is missing/);
  });

  it('wrong usage, with exit code 2', () => {
    expect(run([]).status).toBe(2);
    expect(run(['install']).stderr).toMatch(/expected the command install-native, got install/);
    expect(run(['install-native', '--gpus']).status).toBe(2);
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('install-native') });
  });

  it('another install that runs; but not one that is gone', async () => {
    mkdirSync(dir);
    const { release } = await lock(join(dir, '.lock'));
    const own = JSON.parse(readFileSync(join(dir, '.lock'), 'utf8')) as object;
    const args = ['install-native', '--dir', dir, '--sources', temporary, '--wheel', wheel({})];
    expect(run(args).stderr).toMatch(`Another install is running (process ${process.pid}`);
    await release();
    writeFileSync(join(dir, '.lock'), JSON.stringify({ ...own, pid: spawnSync('true').pid }));
    mkdirSync(join(dir, '.build-1'));
    expect(run(args).stderr).toMatch('is not the package');
    expect(readdirSync(dir)).toEqual([]); // what the killed one left is gone too
  });

  it('an interrupt, after which nothing is left', async () => {
    const path = programs(['c++', 'make'], {
      python3: 'case "$*" in *download*) exec sleep 60;; esac',
      sleep: 'exec /bin/sleep "$@"',
    });
    const child = spawn(
      process.execPath,
      [...command, 'install-native', '--dir', dir, '--sources', sources],
      {
        cwd: root,
        env: { ...process.env, PATH: path, CXX: '' },
      },
    );
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      // Once: a second one could meet a process that ends and has no handler any more.
      if (!child.killed && stderr.includes('fetching')) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(stderr).toMatch(/interrupted; nothing was changed/);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('requirements', () => {
  it('disk', () => {
    expect(() => {
      expectSpace('/data', 1.3e9, 0.9e9);
    }).toThrow(/0\.9 GB are free at \/data, 1\.3 GB are needed.*--dir/s);
    expectSpace('/data', 1.3e9, 1.3e9);
  });

  it('glibc', () => {
    const name = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
    expectGlibc(name, '2.27');
    expectGlibc('tensorflow-2.18.1-cp311-cp311-macosx_12_0_arm64.whl', undefined);
    expect(() => {
      expectGlibc(name, '2.17');
    }).toThrow(/needs glibc 2\.27, this system has 2\.17/);
    expect(() => {
      expectGlibc(name, undefined);
    }).toThrow(/musl/);
  });

  it('the wheel of each platform', () => {
    expect(wheelRequest(false, undefined, 'linux-x64').requirement).toBe('tensorflow-cpu==2.18.1');
    expect(wheelRequest(true, '2.19.1', 'linux-x64').requirement).toBe('tensorflow==2.19.1');
    expect(wheelRequest(false, undefined, 'linux-arm64').platforms).toContain('manylinux2014_aarch64');
    expect(defaultTensorflow('darwin-x64')).toBe('2.16.2');
    expect(() => wheelRequest(false, undefined, 'win32-x64')).toThrow(/win32-x64.*WSL/s);
    expect(() => wheelRequest(true, undefined, 'darwin-arm64')).toThrow(/no GPU wheel/);
    expect(wheelVersion('/a/tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.whl')).toBe('2.15.1');
    expect(() => wheelVersion('/a/download.whl')).toThrow(/not named like a TensorFlow wheel/);
  });

  it('the order of what is found: gpu first, then the newest; other platforms are not', () => {
    for (const [version, device] of [
      ['2.9.0', 'cpu'],
      ['2.18.1', 'cpu'],
      ['2.15.0', 'gpu'],
    ] as const) {
      // prettier-ignore
      mkdirSync(join(dir, folderName('4.22.0', version, device)), { recursive: true });
    }
    mkdirSync(join(dir, 'tfjs-node-4.22.0_tensorflow-2.20.0_plan9-x64_cpu'));
    const before = process.env['IRESNET_NATIVE_DIR'];
    process.env['IRESNET_NATIVE_DIR'] = dir;
    try {
      expect(findNative().map((i) => i.tensorflow)).toEqual(['2.15.0', '2.18.1', '2.9.0']);
    } finally {
      if (before === undefined) delete process.env['IRESNET_NATIVE_DIR'];
      else process.env['IRESNET_NATIVE_DIR'] = before;
    }
  });
});

describe.skipIf(!installed)('what is installed', () => {
  it('is only checked by a second run', () => {
    const { tensorflow, device } = findNative()[0]!;
    const args = ['install-native', '--tensorflow', tensorflow, ...(device === 'gpu' ? ['--gpu'] : [])];
    const { status, stderr } = run(args, { PATH: '' }); // no tool is needed
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/6 groups of kernels agree with the cpu backend/);
    expect(stderr).toMatch(/already installed/);
  });
});
