const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;
type Listener = (...args: unknown[]) => void;

/** The text of a function that only throws what it gets, all of it or all but one class. */
const RETHROWS =
  /^(?:function\s*\w*\s*)?\(?(\w+)\)?\s*(?:=>)?\s*\{\s*(?:if\s*\(!\(\1 instanceof \w+\)\)\s*)?\{?\s*throw \1;?\s*\}?\s*\}$/;

/**
 * Run `start`, and take the listeners off the process that its start of wasm has put there.
 *
 * The program of TensorFlow.js's wasm listens for uncaught errors in Node, only to throw them
 * again. Then Node shows the line that threw: tens of kilobytes of that program, above the error
 * itself. Without these listeners an error ends the process as it does anywhere else. Listeners
 * that were there before stay, and so do those that a caller adds in the meantime, unless they too
 * only throw.
 */
export async function withoutRethrowers<T>(start: () => Promise<T>): Promise<T> {
  if (typeof process === 'undefined' || typeof process.listeners !== 'function') return start();
  const listeners = (event: string): Listener[] => process.listeners(event as 'exit') as Listener[];
  const before = EVENTS.map((event) => new Set(listeners(event)));
  try {
    return await start();
  } finally {
    EVENTS.forEach((event, i) => {
      for (const listener of listeners(event))
        if (!before[i]!.has(listener) && RETHROWS.test(String(listener)))
          process.removeListener(event, listener);
    });
  }
}
