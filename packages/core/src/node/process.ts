import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './failure';

/** A process, as a file can name it. */
export interface ProcessName {
  readonly pid: number;
  /** When it started, as far as the system says it: another process may get the same id later. */
  readonly started: string | null;
  /** The machine since its start, and the room of process ids in it. */
  readonly place: string;
  readonly host: string;
}

/** This process. */
export async function thisProcess(): Promise<ProcessName> {
  const boot = (await textOf('/proc/sys/kernel/random/boot_id'))?.trim() ?? hostname();
  const room = await readlink('/proc/self/ns/pid').catch(() => '');
  const { pid } = process;
  return { pid, started: await startOf(pid), place: `${boot} ${room}`.trim(), host: hostname() };
}

/** Whether a process of this place runs. */
export async function isRunning({ pid, started }: Pick<ProcessName, 'pid' | 'started'>): Promise<boolean> {
  return (await hasProcess(pid)) && (await startOf(pid)) === started;
}

/** Whether some process of this place has the id and has not ended. */
export async function hasProcess(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  // One that has ended stays in the table of the system until its parent asks for it.
  return !/^[ZX]$/.test((await fieldsOf(pid))?.[0] ?? '');
}

/** Start of a process in ticks since that of the machine, where the system has /proc. */
async function startOf(pid: number): Promise<string | null> {
  return (await fieldsOf(pid))?.[19] ?? null;
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** What Linux says of a process, from its state on: the fields behind its name in `stat`. */
async function fieldsOf(pid: number): Promise<string[] | undefined> {
  // The name may hold anything, but no parenthesis follows that of its end.
  return (await textOf(`/proc/${pid}/stat`))?.replace(/^.*\)/s, '').trim().split(' ');
}
