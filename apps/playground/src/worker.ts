import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { useBackend } from '@iresnet/backend';
import { tableText } from '@iresnet/datasets';
import { startSession, type Session } from './engine/session';
import type { Digits } from './engine/digits';
import type { Post } from './engine/viewer';
import type { DigitsQuestion } from './digitsProtocol';
import type { FromWorker, OwnFile, OwnTable, ToWorker } from './protocol';
import type { State } from './state';
import digitsFile from './assets/digits.safetensors?url';

/** What a worker's global object has, as far as it is used here. */
const page = self as unknown as {
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: { reason: unknown }) => void): void;
};

let session: Session | null = null;
/** The newest run that the page asked for. */
let newest = 0;

const started = useBackend('auto', {
  wasmPaths: { 'tfjs-backend-wasm-simd.wasm': wasmBinary },
  log: (line) => {
    console.info(line);
  },
});
started.then(
  ({ name }) => {
    page.postMessage({ kind: 'ready', run: 0, backend: name });
  },
  (error: unknown) => {
    fail(0, error);
  },
);

/** Runs are started and ended one after the other. */
let turn: Promise<unknown> = started.catch(() => undefined);

async function begin({ run, setup, speed }: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  await session?.end();
  session = null;
  if (run !== newest) return;
  try {
    const post: Post = (message, transfer) => {
      page.postMessage({ ...message, run }, transfer);
    };
    const { data } = setup;
    const mine =
      typeof data === 'object' && 'files' in data
        ? (await import('./engine/openedSession')).openSession(data, setup, post)
        : startSession({ ...setup, data: await textOf(data) }, speed, post);
    session = mine;
    mine.done.catch((error: unknown) => {
      fail(run, error);
    });
  } catch (error) {
    fail(run, error);
  }
}

/** A table as text. */
async function textOf(data: State['data'] | OwnTable | OwnFile): Promise<State['data'] | OwnTable> {
  if (typeof data !== 'object' || !('bytes' in data)) return data;
  return { title: data.title, text: await tableText(data.bytes, { file: data.title }) };
}

/** The network of digits, once it was asked for. */
let digits: Promise<Digits> | null = null;
let digitsTurn: Promise<unknown> = started.catch(() => undefined);

async function openedDigits(): Promise<Digits> {
  const [{ openDigits }, file] = await Promise.all([import('./engine/digits'), fetch(digitsFile)]);
  if (!file.ok) throw new Error(`The network of digits could not be loaded (${file.status}).`);
  return openDigits(new Uint8Array(await file.arrayBuffer()));
}

async function answerDigits(question: DigitsQuestion): Promise<void> {
  digits ??= openedDigits();
  // What failed is tried again at the next question.
  digits.catch(() => (digits = null));
  page.postMessage({ kind: 'digits', run: 0, answer: await (await digits)(question) });
}

function fail(run: number, error: unknown): void {
  page.postMessage({ kind: 'failed', run, message: error instanceof Error ? error.message : String(error) });
}

// What nobody waits for can fail too.
page.addEventListener('unhandledrejection', (event) => {
  fail(newest, event.reason);
});
page.addEventListener('message', ({ data: message }) => {
  switch (message.kind) {
    case 'start':
      newest = message.run;
      // Without this a run that stands still would never end.
      void session?.end();
      turn = turn.then(() => begin(message));
      break;
    case 'digits':
      digitsTurn = digitsTurn
        .then(() => answerDigits(message.question))
        .catch((error: unknown) => {
          fail(0, error);
        });
      break;
    default:
      session?.hear(message);
  }
});
