import { calibrate, encodePipeline, score, train, type Pipeline } from '@iresnet/pipeline';
import type { Table } from '@iresnet/datasets';
import type { Speed, ToRun, TrainingSetup } from '../protocol';
import { STEPS } from '../state';
import { program } from './program';
import { createRecord } from './record';
import { settled } from './settled';
import { fileNameOf, materialOf } from './source';
import { createViewer, type Post } from './viewer';

/** Milliseconds between two frames at least, and between two with draws and proofs. */
const FRAME = 60;
const FULL_FRAME = 900;
/** Milliseconds of learning for one of drawing at least, so that a slow machine learns too. */
const SHARE = 3;
/**
 * Milliseconds of rest after a step while a hand moves over the data, so that the page has the
 * processor: as long as the question before the last came at most so many milliseconds ago.
 */
const REST = 12;
const MOVING = 200;
/** Milliseconds between two frames meanwhile: the mark of the hand is drawn in between. */
const MOVING_FRAME = 100;
/** Steps between two points of the held-out curve, and the rows that it is measured on at most. */
const HELD_OUT_EVERY = 20;
const HELD_OUT_ROWS = 1000;

/** A run that can be watched, steered and asked. */
export interface Session {
  hear(message: ToRun): void;
  /** Stop for good and free everything. */
  end(): Promise<void>;
  /** Settles when the run has ended. Rejects with what made it fail. */
  readonly done: Promise<void>;
}

/**
 * Train a network and show it. The same setup gives the same numbers after each step, however the
 * run was paused, slowed or watched.
 */
export function startSession(setup: TrainingSetup, speed: Speed, post: Post): Session {
  const material = materialOf(setup);
  const { recipe, source, hasClasses } = material;
  const viewer = createViewer({ ...setup, source, hasClasses }, post);
  const judged = firstRows(source.heldOut.data, HELD_OUT_ROWS);
  const signal = new AbortController();
  const fileName = fileNameOf(`${recipe.seed === 1 ? '' : `${recipe.seed}-`}${source.input.title}`);
  const record = createRecord();
  let pace = speed;
  let target = setup.at ?? STEPS;
  let step = 0;
  /** The network that learns. */
  let pipeline: Pipeline | null = null;
  /**
   * What is shown of it, with the scores of usual rows: itself, or its copy while it stands still.
   */
  let shown: Pipeline | null = null;
  let copy: Pipeline | null = null;
  let ended: string | null = null;
  let over: Promise<void> | null = null;
  let training: number[] = [];
  const heldOut: number[] = [];
  let waiting: (() => void) | null = null;
  let pageReady = true;
  let [lastFrame, lastFull] = [-Infinity, performance.now()];
  let cost = 0;
  let standing = false;
  let asked: readonly [number, number] = [-Infinity, -Infinity];

  const wake = (): void => {
    waiting?.();
    waiting = null;
  };
  const pausable = (): Promise<void> => new Promise((resolve) => (waiting = resolve));

  /** The network goes on: what it was is no longer shown. */
  const goOn = (): void => {
    standing = false;
    shown = pipeline && { ...pipeline, ...(shown?.calibration && { calibration: shown.calibration }) };
    copy?.model.dispose();
    copy = null;
  };
  /** Stand still: everything that is said from now on is said of the file that can be saved. */
  const stand = async (): Promise<void> => {
    standing = true;
    copy = await settled(pipeline!, source);
    shown = copy;
    await show(true);
  };
  const show = async (full: boolean): Promise<void> => {
    const began = performance.now();
    pageReady = false;
    if (full && !copy) shown = await calibrate(pipeline!, judged);
    const drawnNow = { step, playing: !standing, ended, training, heldOut: [...heldOut] };
    training = [];
    await viewer.show(shown ?? pipeline!, drawnNow, full);
    lastFrame = performance.now();
    cost = lastFrame - began;
    if (full) lastFull = lastFrame;
  };

  const afterStep = async (made: number, loss: number): Promise<void> => {
    step = made;
    // The loss of a network that learns classes too has another unit.
    if (recipe.task === 'density') training.push(made, loss);
    if (made % HELD_OUT_EVERY === 0) heldOut.push(made, await heldOutLoss(pipeline!, judged));
    // The last step is followed by the end of the run.
    if (made === STEPS) return;
    if (step >= target && !signal.signal.aborted) {
      await stand();
      // What was asked for meanwhile woke nobody.
      while (!signal.signal.aborted && step >= target) await pausable();
      goOn();
    }
    if (signal.signal.aborted) return;
    const moving = performance.now() - asked[0] < MOVING;
    if (pace !== 'full') await sleep(1000 / pace);
    else if (moving) await sleep(REST);
    const now = performance.now();
    const apart = Math.max(moving ? MOVING_FRAME : FRAME, SHARE * cost);
    if (pageReady && (now - lastFrame > apart || made === 1)) await show(now - lastFull > FULL_FRAME);
  };

  const run = async (): Promise<void> => {
    viewer.begin(null);
    const { pipeline: trained, result } = await train(source, recipe, {
      signal: signal.signal,
      onBegin(model) {
        pipeline = model;
        viewer.begin(model);
      },
      callbacks: [record.callback, { onStepEnd: ({ step: made, loss }) => afterStep(made, loss) }],
    });
    if (signal.signal.aborted) return;
    pipeline = trained;
    step = result.step;
    ended = result.stopReason;
    await stand();
  };
  const done = run();

  /** After a change of what is seen nothing else draws, while the run stands still. */
  const again = (): void => {
    if (copy) void show(true);
  };
  /** Give the visitor a file that is made of the network as it is now. */
  const give = async (name: string, make: (now: Pipeline) => Promise<Uint8Array>): Promise<void> => {
    if (step === 0) return;
    const kept = copy;
    const now = kept ?? (await settled(pipeline!, source));
    try {
      post({ kind: 'saved', name, bytes: await make(now) });
    } finally {
      if (!kept) now.model.dispose();
    }
  };
  return {
    hear(message) {
      switch (message.kind) {
        case 'play':
          target = STEPS;
          wake();
          break;
        case 'pause':
          target = 0;
          break;
        case 'step':
          target = step + 1;
          wake();
          break;
        case 'speed':
          pace = message.speed;
          break;
        case 'drawn':
          pageReady = true;
          break;
        case 'columns':
          viewer.choose(message.columns);
          viewer.begin(pipeline);
          again();
          break;
        case 'temperature':
          viewer.heat(message.temperature);
          again();
          break;
        case 'save':
          void give(`${fileName}.safetensors`, encodePipeline);
          break;
        case 'folder':
          void import('./zipRun').then(({ zipRun }) =>
            give(`${fileName}.zip`, (now) => zipRun(fileName, material, record, now, step, ended)),
          );
          break;
        case 'write': {
          if (step === 0) break;
          const { columns: names, label } = source.input;
          const text = program(setup, recipe, names, label, ended === null ? step : null);
          post({ kind: 'saved', name: `${fileName}.ts`, bytes: new TextEncoder().encode(text) });
          break;
        }
        default:
          if (message.kind === 'probe') asked = [asked[1], performance.now()];
          if (shown?.calibration) void viewer.answer(message, shown, step);
      }
    },
    end() {
      signal.abort();
      wake();
      return (over ??= done
        .catch(() => undefined)
        .then(() => {
          copy?.model.dispose();
          pipeline?.model.dispose();
        }));
    },
    done,
  };
}

/** −mean ln p of rows, nats. */
async function heldOutLoss(pipeline: Pipeline, rows: Table): Promise<number> {
  const { logProb } = await score(pipeline, rows);
  return -logProb!.reduce((sum, value) => sum + value, 0) / rows.rows;
}

function firstRows({ columns, rows, values }: Table, most: number): Table {
  const count = Math.min(rows, most);
  return { columns, rows: count, values: values.subarray(0, count * columns.length) };
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
