import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { useBackend } from '@iresnet/backend';
import { startSession } from '../../src/engine/session';
import type { Frame, FromRun, ToRun, TrainingSetup } from '../../src/protocol';

/** A run in Node that stands still, and can be asked as the page asks the worker. */
export interface StandingRun {
  /** The last frame. */
  readonly frame: Frame;
  /** Send a message, and wait for an answer of a kind. */
  ask<K extends FromRun['kind']>(message: ToRun, kind: K): Promise<Extract<FromRun, { kind: K }>>;
  end(): Promise<void>;
}

/** Run a setup in Node on the backend of the page until it stands still. */
export async function standingInNode(setup: TrainingSetup): Promise<StandingRun> {
  await useBackend('wasm');
  let heard: (message: FromRun) => void = () => undefined;
  return new Promise((resolve, reject) => {
    const session = startSession(setup, 'full', (message) => {
      heard(message);
      if (message.kind !== 'frame') return;
      session.hear({ kind: 'drawn' });
      if (message.playing) return;
      resolve({
        frame: message,
        ask: (question, kind) =>
          new Promise((answered) => {
            heard = (answer) => {
              if (answer.kind === kind) answered(answer as never);
            };
            session.hear(question);
          }),
        end: () => session.end(),
      });
    });
    session.done.catch(reject);
  });
}
