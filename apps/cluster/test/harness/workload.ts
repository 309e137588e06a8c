import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { rows } from './rows';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../../..');

/** Shards of the workload. */
export const SHARDS = 4;
/** The shard that fails first, the one whose process is killed, and the one whose worker is. */
export const [FAILS, KILLED, ORPHANED] = [2, 1, 3];
const ROWS = 120_000;

/** What an engine scores in shards, and what it must come to. */
export interface Workload {
  /** A folder of this workload alone. */
  readonly home: string;
  /** The folder of the parts. */
  readonly parts: string;
  /** The file of the merged scores. */
  readonly out: string;
  /** What the examples of `deploy` read. */
  readonly env: Readonly<Record<string, string>>;
  /** The process of a shard, once it writes its part. */
  writing(shard: number): Promise<number>;
  /** The processes that score, in the order in which they began. */
  begun(): readonly number[];
  /** How often the process of a shard has begun. */
  tries(shard: number): number;
  /** The scores of one process. */
  whole(): string;
  /** The merged scores are those of one process, and nothing else is left. */
  check(): void;
}

/**
 * Train a small model and score a table with it by one process, once for the tests of a file; each
 * call of the result is a workload of the same scores.
 */
export function useWorkload(): (name: string) => Workload {
  const home = mkdtempSync(join(tmpdir(), 'cluster-'));
  const path = (...names: string[]): string => join(home, ...names);
  const node = `${process.execPath} ${join(root, 'apps/cli/dist/bin.js')}`;
  const [run, data] = [path('runs/001-base'), path('data.csv')];
  const iresnet = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, [...node.split(' ').slice(1), ...args], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  };
  beforeAll(() => {
    writeFileSync(path('base.csv'), `a,b\n${rows(60)}`);
    writeFileSync(data, `a,b\n${rows(ROWS)}`);
    iresnet(
      'train',
      '--data',
      path('base.csv'),
      '--blocks',
      '1',
      '--hidden',
      '8',
      '--steps',
      '6',
      '-q',
      '--out',
      path('runs'),
    );
    iresnet('score', run, '--data', data, '--out', path('whole.csv'), '-q');
  });
  afterAll(() => {
    rmSync(home, { recursive: true });
  });
  return (name) => {
    const own = mkdtempSync(join(home, `${name}-`));
    for (const folder of [home, own]) chmodSync(folder, 0o755); // daemons have users of their own
    const [parts, out, begun, program] = ['parts', 'scores.csv', 'begun', 'iresnet'].map((file) =>
      join(own, file),
    );
    // The program itself, which says that it begins, and fails once: at one shard, or as a pipe.
    writeFileSync(
      program!,
      `#!/bin/bash
shard=\${OMPI_COMM_WORLD_RANK:-\${SLURM_ARRAY_TASK_ID:-none}}
[[ "$*" =~ --shard\\ ([0-9]+)/ ]] && shard=\${BASH_REMATCH[1]}
[[ "$*" =~ ^score ]] && echo "$shard $$" >> ${begun}
if [ "$shard" = ${FAILS} ] || [[ "$*" =~ --data\\ - ]]; then mkdir ${own}/failed 2> /dev/null && exit 3; fi
exec ${node} "$@"
`,
    );
    chmodSync(program!, 0o755);
    const starts = (shard?: number): number[] =>
      (existsSync(begun!) ? readFileSync(begun!, 'utf8').trim().split('\n') : []).flatMap((line) => {
        const [index, pid] = line.split(' ').map(Number);
        return shard === undefined || index === shard ? [pid!] : [];
      });
    const names = (): string[] => (existsSync(parts!) ? readdirSync(parts!) : []);
    return {
      home: own,
      parts: parts!,
      out: out!,
      env: {
        RUN: run,
        DATA: data,
        OUT: out!,
        PARTS: parts!,
        SHARDS: String(SHARDS),
        SHARD_COUNT: String(SHARDS),
        IRESNET: program!,
      },
      async writing(shard) {
        for (;;) {
          const pid = starts(shard).at(-1);
          if (pid !== undefined && names().some((file) => file.includes(`.tmp-${pid}-`))) return pid;
          await sleep(3);
        }
      },
      begun: starts,
      tries: (shard) => starts(shard).length,
      whole: () => readFileSync(path('whole.csv'), 'utf8'),
      check() {
        expect(readFileSync(out!).equals(readFileSync(path('whole.csv')))).toBe(true);
        const numbers = Array.from({ length: SHARDS }, (_, i) => `part-0000${i}-of-0000${SHARDS}.csv`);
        expect(names().sort()).toEqual(['_SUCCESS', ...numbers.flatMap((part) => [part, `${part}.json`])]);
      },
    };
  };
}

/** A process of an engine. */
export interface Engine {
  readonly child: ChildProcess;
  /** What it has said on both streams. */
  said(): string;
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

const running = new Set<ChildProcess>();

/** Start a process in a group of its own. It is ended with the tests of the file at the latest. */
export function start(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = tmpdir(),
): Engine {
  const child = spawn(file, args, { cwd, detached: true, env: { ...process.env, NODE_OPTIONS: '', ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  running.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string | null;
  });
  return { child, said: () => said, ended };
}

/** End the processes that still run, those that came last first. */
export async function endAll(): Promise<void> {
  for (const child of [...running].reverse()) {
    const ended = once(child, 'close');
    process.kill(-child.pid!, 'SIGTERM');
    await Promise.race([ended, sleep(15_000)]);
    if (running.has(child)) process.kill(-child.pid!, 'SIGKILL');
  }
}

/** The processes above one, nearest first. */
export function ancestors(pid: number): { readonly pid: number; readonly name: string }[] {
  const above: { pid: number; name: string }[] = [];
  for (let at = pid; ;) {
    // The name stands in brackets, and may hold some.
    const fields = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${at}/stat`, 'utf8'))!;
    if (at !== pid) above.push({ pid: at, name: fields[1]! });
    at = Number(fields[2]);
    if (at <= 1) return above;
  }
}

/** Wait until something is so. */
export async function until(what: string, isSo: () => boolean, seconds = 60): Promise<void> {
  for (const since = performance.now(); !isSo(); await sleep(50))
    if (performance.now() - since > 1000 * seconds)
      throw new Error(`waited ${seconds} s in vain until ${what}`);
}
