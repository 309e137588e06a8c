import { encodePipeline } from '@iresnet/pipeline';
import { curveOf, type MetricsLine } from '@iresnet/pipeline/run';
import type { OwnRun, Setup } from '../protocol';

import { openRun, type OpenedRun } from './runFolder';
import type { Session } from './session';
import { fileNameOf } from './source';
import { createViewer, type Post, type Viewer } from './viewer';
import { zipOf } from './zipRun';

/** Show a run that was trained elsewhere. It stands still, and can be asked as any other. */
export function openSession(run: OwnRun, setup: Setup, post: Post): Session {
  const name = fileNameOf(run.title);
  let opened: OpenedRun | null = null;
  let viewer: Viewer | null = null;
  let over = false;

  const show = async (): Promise<void> => {
    if (!opened || !viewer) return;
    const { pipeline, metrics, info, config } = opened;
    const loss = (event: MetricsLine['event']): number[] => {
      const { step, value } = curveOf(metrics, event, (line) => line.loss);
      return step.flatMap((at, k) => [at, value[k]!]);
    };
    // The loss of a network that learns classes too has another unit.
    const density = config.task === 'density';
    const curves = { training: density ? loss('step') : [], heldOut: density ? loss('validation') : [] };
    await viewer.show(pipeline, { step: info.steps, playing: false, ended: 'steps', ...curves }, true);
  };
  const open = async (): Promise<void> => {
    const found = await openRun(run);
    if ('missing' in found) {
      post({ kind: 'missing', file: found.missing });
      return;
    }
    if (over) {
      found.pipeline.model.dispose();
      return;
    }
    opened = found;
    const { source } = found;
    viewer = createViewer({ ...setup, source, hasClasses: source.input.classes.length > 1 }, post);
    viewer.begin(null);
    viewer.begin(found.pipeline);
    await show();
  };
  const done = open();
  const give = (file: string, bytes: Uint8Array): void => {
    post({ kind: 'saved', name: file, bytes });
  };
  return {
    hear(message) {
      if (!opened || !viewer) return;
      switch (message.kind) {
        case 'columns':
          viewer.choose(message.columns);
          viewer.begin(opened.pipeline);
          void show();
          break;
        case 'temperature':
          viewer.heat(message.temperature);
          void show();
          break;
        case 'save':
          void encodePipeline(opened.pipeline).then((bytes) => {
            give(`${name}.safetensors`, bytes);
          });
          break;
        case 'folder':
          give(`${name}.zip`, zipOf(name, opened.files));
          break;
        case 'write':
          post({
            kind: 'refused',
            why: 'The page did not train this network: config.json of its folder says how.',
          });
          break;
        case 'probe':
        case 'estimate':
        case 'walk':
        case 'invert':
          void viewer.answer(message, opened.pipeline, opened.info.steps);
      }
    },
    async end() {
      over = true;
      await done.catch(() => undefined);
      opened?.pipeline.model.dispose();
    },
    done,
  };
}
