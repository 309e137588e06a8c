import { decodePipeline, encodePipeline, score, train, type Pipeline } from '@iresnet/pipeline';
import type { Table } from '@iresnet/datasets';
import type {
  Begun,
  Estimated,
  Frame,
  Inverted,
  Method,
  Part,
  Point,
  Probed,
  Saved,
  Setup,
  Speed,
  Walked,
} from '../protocol';
import { STEPS } from '../state';
import { estimate } from './estimate';
import { drawn, heatOf, innerModel, proofsOf, stages, type Scene } from './frame';
import { invert, probe } from './probe';
import { program } from './program';
import { chosen } from './stages';
import { materialOf, reachOf, shownPoints } from './source';
import { walk } from './walk';

/** Milliseconds between two frames at least, and between two with draws and proofs. */
const FRAME = 60;
const FULL_FRAME = 900;
/** Milliseconds of learning for one of drawing at least, so that a slow machine learns too. */
const SHARE = 3;
/** Steps between two points of the held-out curve, and the rows that it is measured on at most. */
const HELD_OUT_EVERY = 20;
const HELD_OUT_ROWS = 1000;

/** Sends a message to the page. */
export type Post = (
  message: Begun | Frame | Probed | Inverted | Estimated | Walked | Saved,
  transfer?: ArrayBuffer[],
) => void;

/** A training run that can be watched, stopped and asked. */
export interface Session {
  play(): void;
  pause(): void;
  /** Make one step and stand still. */
  step(): void;
  setSpeed(speed: Speed): void;
  /** The page has drawn the last frame. */
  drawn(): void;
  show(columns: readonly [number, number]): void;
  /** Draw with this temperature from now on. */
  heat(temperature: number | null): void;
  probe(request: number, point: Point): void;
  estimate(point: Point, method: Method): void;
  walk(ends: readonly [Point, Point]): void;
  invert(request: number, block: number, from: Float32Array): void;
  /** Give the network as it is now, its bounds made to hold, as a file. */
  save(): void;
  /** Give a program that makes the network as it is now. */
  write(): void;
  /** Stop for good and free everything. */
  end(): Promise<void>;
  /** Settles when the run has ended. Rejects with what made it fail. */
  readonly done: Promise<void>;
}

/**
 * Train a network and show it. The same setup gives the same numbers after each step, however the run
 * was paused, slowed or watched.
 */
export function startSession(setup: Setup, speed: Speed, post: Post): Session {
  const { recipe, source, hasClasses } = materialOf(setup);
  const width = source.mean.length;
  const values = shownPoints(source);
  const signal = new AbortController();
  const fileName = `${recipe.seed === 1 ? '' : `${recipe.seed}-`}${source.input.title}`.replace(
    /[^\w.-]+/g,
    '-',
  );
  let columns = columnsWithin(setup.columns, width);
  let pace = speed;
  let temperature = setup.temperature ?? 1;
  /** ln p of held-out rows, the least first. */
  let usual: number[] = [];
  let target = setup.at ?? STEPS;
  let step = 0;
  let pipeline: Pipeline | null = null;
  let ended: string | null = null;
  let truth: number | null = null;
  let over: Promise<void> | null = null;
  let training: number[] = [];
  const heldOut: number[] = [];
  let waiting: (() => void) | null = null;
  let pageReady = true;
  let [lastFrame, lastFull] = [-Infinity, performance.now()];
  let cost = 0;
  let standing = false;

  const scene = (): Scene => ({ pipeline: pipeline!, source, points: values, reach, columns });
  const wake = (): void => {
    waiting?.();
    waiting = null;
  };
  const pausable = (): Promise<void> => new Promise((resolve) => (waiting = resolve));
  const judged = firstRows(source.heldOut.data, HELD_OUT_ROWS);
  const reach = reachOf(chosen(values, width, columns));

  const begun = (): void => {
    const { input, mean, deviation } = source;
    if (input.kind !== 'table') return;
    post({
      kind: 'begun',
      title: input.title,
      columns: input.columns,
      shown: columns,
      mean,
      deviation,
      rows: { training: source.training.count, heldOut: source.heldOut.count },
      points: chosen(values, width, columns),
      classes: input.classes,
      labels:
        source.training.labels &&
        Array.from({ length: values.length / width }, (_, i) => source.training.labels![i]!),
      hasClasses,
      reach,
      parts: pipeline ? partsOf(pipeline) : [],
    });
  };

  /** Draw what the network does now; everything, or what is quick. */
  const show = async (full: boolean): Promise<void> => {
    const began = performance.now();
    const now = scene();
    const more = full ? await drawn(now, temperature) : null;
    const { shown, grids } = stages(now);
    if (full) usual = (await scores(now.pipeline, judged)).sort((a, b) => a - b);
    if (full) truth ??= source.truth?.entropy() ?? null;
    const { heat, classes } = width === 2 ? heatOf(now) : { heat: more?.heat ?? null, classes: null };
    const frame: Frame = {
      kind: 'frame',
      step,
      playing: !standing && ended === null,
      ended,
      training,
      heldOut: [...heldOut],
      truth,
      heat,
      stages: shown,
      samples: more && more.samples,
      classes,
      usual: full ? usual : null,
      proofs: full ? proofsOf(now.pipeline, grids) : null,
    };
    training = [];
    pageReady = false;
    lastFrame = performance.now();
    cost = lastFrame - began;
    if (full) lastFull = lastFrame;
    post(frame, [
      ...frame.stages.map((s) => s.buffer as ArrayBuffer),
      ...(heat ? [heat.buffer as ArrayBuffer] : []),
    ]);
  };

  const afterStep = async (made: number, loss: number): Promise<void> => {
    step = made;
    // The loss of a network that learns classes too has another unit.
    if (recipe.task === 'density') training.push(made, loss);
    if (made % HELD_OUT_EVERY === 0) heldOut.push(made, await heldOutLoss(pipeline!, judged));
    // The last step is followed by the end of the run.
    if (made === STEPS) return;
    while (!signal.signal.aborted && step >= target) {
      standing = true;
      await show(true);
      // What was asked for meanwhile woke nobody.
      if (!signal.signal.aborted && step >= target) await pausable();
      standing = false;
    }
    if (signal.signal.aborted) return;
    if (pace !== 'full') await sleep(1000 / pace);
    const now = performance.now();
    if (pageReady && (now - lastFrame > Math.max(FRAME, SHARE * cost) || made === 1))
      await show(now - lastFull > FULL_FRAME);
  };

  const run = async (): Promise<void> => {
    begun();
    const { pipeline: trained, result } = await train(source, recipe, {
      signal: signal.signal,
      onBegin(model) {
        pipeline = model;
        begun();
      },
      callbacks: [{ onStepEnd: ({ step: made, loss }) => afterStep(made, loss) }],
    });
    if (signal.signal.aborted) return;
    pipeline = trained;
    step = result.step;
    ended = result.stopReason;
    await show(true);
  };
  const done = run();

  /** After a question while the run stands still, nothing else tells the page. */
  const again = (): void => {
    if (pipeline && step > 0 && (standing || ended !== null)) void show(true);
  };
  return {
    play() {
      target = STEPS;
      wake();
    },
    pause() {
      target = 0;
    },
    step() {
      target = step + 1;
      wake();
    },
    setSpeed: (next) => (pace = next),
    drawn: () => (pageReady = true),
    show(next) {
      columns = columnsWithin(next, width);
      begun();
      again();
    },
    heat(next) {
      temperature = next ?? 1;
      again();
    },
    estimate(point, method) {
      if (pipeline && step > 0) post({ kind: 'estimated', method, ...estimate(scene(), point, method) });
    },
    walk(ends) {
      if (pipeline && step > 0) post({ kind: 'walked', ...walk(scene(), ends) });
    },
    probe(request, point) {
      if (pipeline && step > 0) post({ kind: 'probed', request, step, ...probe(scene(), point) });
    },
    invert(request, block, from) {
      if (pipeline && step > 0 && from.length === width && block < pipeline.model.flow.blocks.length)
        post({ kind: 'inverted', request, step, block, ...invert(scene(), block, from) });
    },
    save() {
      if (!pipeline || step === 0) return;
      void saved(pipeline).then((bytes) => {
        post({ kind: 'saved', name: `${fileName}.safetensors`, bytes });
      });
    },
    write() {
      if (step === 0) return;
      const { columns: names, label } = source.input;
      const text = program(setup, recipe, names, label, ended === null ? step : null);
      post({ kind: 'saved', name: `${fileName}.ts`, bytes: new TextEncoder().encode(text) });
    },
    end() {
      signal.abort();
      wake();
      return (over ??= done
        .catch(() => undefined)
        .then(() => {
          pipeline?.model.dispose();
        }));
    },
    done,
  };
}

/** A network as a file. The bounds are made to hold on a copy: the run goes on as it was. */
async function saved(pipeline: Pipeline): Promise<Uint8Array> {
  const copy = decodePipeline(await encodePipeline(pipeline));
  try {
    copy.model.enforceBounds?.();
    return await encodePipeline(copy);
  } finally {
    copy.model.dispose();
  }
}

/** ln p of rows, nats. */
async function scores(pipeline: Pipeline, rows: Table): Promise<number[]> {
  return Array.from((await score(pipeline, rows)).logProb!);
}

/** −mean ln p of rows, nats. */
async function heldOutLoss(pipeline: Pipeline, rows: Table): Promise<number> {
  return -(await scores(pipeline, rows)).reduce((sum, value) => sum + value, 0) / rows.rows;
}

function firstRows({ columns, rows, values }: Table, most: number): Table {
  const count = Math.min(rows, most);
  return { columns, rows: count, values: values.subarray(0, count * columns.length) };
}

function columnsWithin([i, j]: readonly [number, number], width: number): readonly [number, number] {
  return i < width && j < width ? [i, j] : [0, 1];
}

function partsOf(pipeline: Pipeline): Part[] {
  const { parts, blocks } = innerModel(pipeline).flow;
  return parts.map((part) => {
    const block = blocks.findIndex((known) => known === part);
    if (block >= 0) return { kind: 'block', block };
    return { kind: Object.keys(part.params).length > 0 ? 'scale' : 'fixed', block: -1 };
  });
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
