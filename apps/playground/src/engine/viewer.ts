import { columnMoments } from '@iresnet/evaluation';
import type { Pipeline, TableSource } from '@iresnet/pipeline';
import type { Begun, Frame, FromRun, Part, ToRun } from '../protocol';
import { POINTS } from '../sizes';
import { estimate } from './estimate';
import { drawn, heatOf, proofsOf, stages } from './frame';
import { invert, probe } from './probe';
import { chosen, hasColumnMap, inDeviations, innerModel, type Scene } from './scene';
import { walk } from './walk';

/** Sends a message to the page. */
export type Post = (message: FromRun, transfer?: ArrayBuffer[]) => void;

/** How a run stands: what a frame says beside what is drawn. */
export type Standing = Pick<Frame, 'step' | 'playing' | 'ended' | 'training' | 'heldOut'>;

/** Questions about a network. */
export type Question = Extract<ToRun, { kind: 'probe' | 'estimate' | 'walk' | 'invert' }>;

/** Draws a network and answers questions about it. */
export interface Viewer {
  /** Tell the page what there is to see; without a network where none has begun to learn. */
  begin(pipeline: Pipeline | null): void;
  /** Draw a calibrated network: everything, or what is quick. */
  show(pipeline: Pipeline, standing: Standing, full: boolean): Promise<void>;
  /** Answer a question about a calibrated network. */
  answer(question: Question, pipeline: Pipeline, step: number): Promise<void>;
  /** Show these columns from now on. */
  choose(columns: readonly [number, number]): void;
  /** Draw with this temperature from now on. */
  heat(temperature: number | null): void;
}

/** What is shown, and which columns and draws. */
export interface View {
  readonly source: TableSource;
  /** Whether the data has classes, learned or not. */
  readonly hasClasses: boolean;
  readonly columns: readonly [number, number];
  readonly temperature: number | null;
}

/** Make the viewer of a source. */
export function createViewer({ source, hasClasses, ...view }: View, post: Post): Viewer {
  const { input, training } = source;
  const { mean, deviation } = columnMoments(training.data);
  const units = { mean: Array.from(mean), deviation: Array.from(deviation) };
  const width = input.columns.length;
  const shownRows = Math.min(POINTS, training.count);
  const points = inDeviations(units, training.data.values.subarray(0, shownRows * width));
  const within = ([i, j]: readonly [number, number]): readonly [number, number] =>
    i < width && j < width ? [i, j] : [0, 1];
  let columns = within(view.columns);
  let temperature = view.temperature ?? 1;
  let truth: number | null = null;
  const reach = reachOf(chosen(points, width, columns));
  const sceneOf = (pipeline: Pipeline): Scene => ({ pipeline, input, units, points, reach, columns });
  return {
    begin(pipeline) {
      const message: Begun = {
        kind: 'begun',
        title: input.title,
        columns: input.columns,
        shown: columns,
        ...units,
        rows: { training: training.count, heldOut: source.heldOut.count },
        points: chosen(points, width, columns),
        classes: input.classes,
        labels: training.labels && Array.from({ length: shownRows }, (_, i) => training.labels![i]!),
        hasClasses,
        reach,
        parts: pipeline ? partsOf(sceneOf(pipeline)) : [],
      };
      post(message);
    },
    async show(pipeline, standing, full) {
      const scene = sceneOf(pipeline);
      const more = full ? await drawn(scene, temperature) : null;
      const { shown, grids } = stages(scene);
      if (full) truth ??= source.truth?.entropy() ?? null;
      const { heat, classes } =
        width === 2 ? await heatOf(scene) : { heat: more?.heat ?? null, classes: null };
      const frame: Frame = {
        kind: 'frame',
        ...standing,
        truth,
        heat,
        stages: shown,
        samples: more && more.samples,
        classes,
        usual: (full && pipeline.calibration) || null,
        proofs: full ? proofsOf(pipeline, grids) : null,
      };
      post(frame, [
        ...frame.stages.map((s) => s.buffer as ArrayBuffer),
        ...(heat ? [heat.buffer as ArrayBuffer] : []),
      ]);
    },
    async answer(question, pipeline, step) {
      const scene = sceneOf(pipeline);
      switch (question.kind) {
        case 'probe': {
          const { request, point, alarm } = question;
          post({ kind: 'probed', request, step, ...(await probe(scene, point, alarm)) });
          break;
        }
        case 'estimate': {
          const { point, method } = question;
          post({ kind: 'estimated', method, ...estimate(scene, point, method) });
          break;
        }
        case 'walk':
          post({ kind: 'walked', ...(await walk(scene, question.ends)) });
          break;
        case 'invert': {
          const { request, block, from } = question;
          if (from.length === width && block < pipeline.model.flow.blocks.length)
            post({ kind: 'inverted', request, step, block, ...invert(scene, block, from) });
        }
      }
    },
    choose: (next) => (columns = within(next)),
    heat: (next) => (temperature = next ?? 1),
  };
}

/** Half the side of the square that holds nearly all shown points, in deviations. */
function reachOf(points: Float32Array): number {
  const sizes = Float32Array.from(points, Math.abs).sort();
  return Math.min(8, Math.max(3, 1.15 * (sizes[Math.floor(0.995 * sizes.length)] ?? 3)));
}

function partsOf(scene: Scene): Part[] {
  const { parts, blocks } = innerModel(scene.pipeline).flow;
  const own = parts.map((part): Part => {
    const block = blocks.findIndex((known) => known === part);
    if (block >= 0) return { kind: 'block', block };
    return { kind: Object.keys(part.params).length > 0 ? 'scale' : 'fixed', block: -1 };
  });
  return hasColumnMap(scene) ? [{ kind: 'columns', block: -1 }, ...own] : own;
}
