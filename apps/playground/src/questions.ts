import { fill, select } from './elements';
import type { Begun, BlockProof, Inverted, Probed, ToRun } from './protocol';
import { seldom } from './seldom';

/** Milliseconds until a point is asked about, so that a hand that moves leaves time to learn. */
const MOVING = 25;
/** Milliseconds between two explanations of a point at least: nobody reads faster. */
const READING = 120;

/** The point that is looked at, and what the worker is asked about it. */
export interface Questions {
  begin(begun: Begun): void;
  /** Nothing is known of the new run; a lost answer is not waited for. */
  reset(): void;
  /** Look at a point, in deviations. */
  look(point: readonly [number, number]): void;
  /** Move the point by shares of the view. */
  move(across: number, up: number): void;
  /** Ask the same again. */
  again(): void;
  /** Forget the point: the first one of the data comes in its place. */
  forget(): void;
  /** Ask again: the network has changed. */
  changed(proofs: readonly BlockProof[]): void;
  probed(probed: Probed): void;
  /** Whether this answer is the last: nothing newer is asked. */
  isLast(answer: Inverted): boolean;
}

/** What the page does with answers. */
interface QuestionEvents {
  readonly send: (message: Extract<ToRun, { kind: 'probe' | 'invert' }>) => void;
  /** The share of false alarms at which a point counts as strange; null where none does. */
  readonly alarm: () => number | null;
  /** Another point is looked at. */
  readonly pinned: (point: readonly [number, number]) => void;
  /** A point is known: its way can be marked. */
  readonly probed: (probed: Probed, begun: Begun) => void;
  /** The point is to be explained in words and numbers. A hand that moves brings many points. */
  readonly explain: (probed: Probed) => void;
}

/** Ask about one point at a time, and never more than one question at once. */
export function createQuestions({ send, alarm, pinned, probed: heard, explain }: QuestionEvents): Questions {
  let begun: Begun | null = null;
  let known = false;
  let pin: readonly [number, number] | null = null;
  let probed: Probed | null = null;
  let [request, waiting] = [0, false];
  let block = 0;
  /** Whether the visitor chose the block; else it is the steepest. */
  let chosen = false;

  const ask = (): void => {
    request += 1;
    if (!pin || !known || waiting) return;
    waiting = true;
    send({ kind: 'probe', request, point: [pin[0], pin[1]], alarm: alarm() });
  };
  const moved = seldom(MOVING, ask);
  const look = (point: readonly [number, number]): void => {
    pin = point;
    request += 1; // what is under way is out of date
    pinned(point);
    moved();
  };
  const askInverse = (): void => {
    const part = begun?.parts.findIndex((other) => other.kind === 'block' && other.block === block) ?? -1;
    const after = probed?.stages[part + 1];
    if (part < 0 || !after) return;
    send({ kind: 'invert', request: probed!.request, block, from: Float32Array.from(after) });
  };
  const explained = seldom(READING, () => {
    if (!probed) return;
    explain(probed);
    askInverse();
  });
  const show = (): void => {
    select('block').value = String(block);
  };
  select('block').addEventListener('change', () => {
    block = Number(select('block').value);
    chosen = true;
    askInverse();
  });
  return {
    reset() {
      [probed, known, waiting] = [null, false, false];
    },
    begin(next) {
      if (next.parts.length === 0) pin = null;
      else if (known) waiting = false;
      begun = next;
      pin ??= [next.points[0]!, next.points[1]!];
      pinned(pin);
      const blocks = next.parts.filter((part) => part.kind === 'block').length;
      fill(
        select('block'),
        Array.from({ length: blocks }, (_, k) => [String(k), `block ${k + 1}`]),
      );
      block = Math.min(block, Math.max(0, blocks - 1));
      show();
    },
    look,
    move(across, up) {
      if (!pin || !begun) return;
      const step = 0.06 * begun.reach;
      look([pin[0] + step * across, pin[1] + step * up]);
    },
    again: ask,
    forget() {
      pin = null;
    },
    changed(proofs) {
      known = true;
      const slopes = proofs.map(({ slope }) => slope);
      if (!chosen) block = Math.max(0, slopes.indexOf(Math.max(...slopes)));
      show();
      ask();
    },
    probed(answer) {
      waiting = false;
      probed = answer;
      if (begun) heard(answer, begun);
      explained();
      if (answer.request !== request) moved();
    },
    isLast: (answer) => answer.request === request && !waiting,
  };
}
