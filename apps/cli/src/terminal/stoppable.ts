import { exitOf, type StopSignal } from '../exit';

/**
 * Milliseconds in which a second signal is an echo of the first: npm passes a Ctrl-C on that the
 * terminal has delivered already.
 */
const ECHO = 300;

const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Hear the signals that ask a program to stop; a second one ends it at once. Gives what stops
 * listening.
 */
export function onStop(first: (name: StopSignal) => void): () => void {
  let since: number | undefined;
  const handler = (name: NodeJS.Signals): void => {
    if (since === undefined) {
      since = performance.now();
      first(name as StopSignal);
    } else if (performance.now() - since > ECHO) {
      process.exit(exitOf(name as StopSignal));
    }
  };
  for (const name of signals) process.on(name, handler);
  return () => {
    for (const name of signals) process.off(name, handler);
  };
}

/**
 * Do something that must not be left half done: a signal only aborts it, and ends the program, as
 * it would have done at once, when the work has put things in order.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let stopped: StopSignal | undefined;
  const release = onStop((name) => {
    stopped = name;
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
    if (stopped) process.kill(process.pid, stopped);
  }
}
