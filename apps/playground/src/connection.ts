import type { FromWorker, Setup, Speed, ToWorker } from './protocol';

/** The worker that computes, as the page sees it. */
export interface Connection {
  /** Begin a run; what belongs to the run before is no longer heard. */
  start(setup: Setup, speed: Speed): void;
  send(message: Exclude<ToWorker, { kind: 'start' }>): void;
}

/** What the page does with each kind of message; nothing with those that it has no use for. */
type Hearers = { readonly [K in FromWorker['kind']]?: (message: Extract<FromWorker, { kind: K }>) => void };

/** What the page does with what it hears. */
export interface Listeners {
  readonly hear: Hearers;
  /** The worker is gone, with everything in it. */
  readonly lost: (why: string) => void;
}

/** Start the worker. It is started anew for the run after it was lost. */
export function connect({ hear, lost }: Listeners): Connection {
  let run = 0;
  let worker: Worker | null = null;
  const made = (): Worker => {
    const mine = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    mine.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.run !== run && data.run !== 0) return;
      (hear[data.kind] as ((message: FromWorker) => void) | undefined)?.(data);
    });
    mine.addEventListener('error', (event) => {
      event.preventDefault();
      mine.terminate();
      if (worker === mine) worker = null;
      lost(event.message || 'it stopped without a reason');
    });
    return mine;
  };
  const send = (message: ToWorker): void => worker?.postMessage(message);
  worker = made();
  return {
    start(setup, speed) {
      worker ??= made();
      run += 1;
      send({ kind: 'start', run, setup, speed });
    },
    send,
  };
}
