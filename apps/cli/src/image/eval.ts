import type { ImageSet } from '@iresnet/datasets';
import { imageFigures, type ImageSource } from '@iresnet/pipeline';
import { aligned, imageSummary } from '@iresnet/pipeline/run';
import type { EvalRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { runData } from '../run/data';
import { refuseWorkers } from '../run/threads';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';
import { countProgress } from '../terminal/progress';
import { openPictures } from './pictures';

/** Judge a model again: on the held-out images of its run, or on others. */
export async function evaluateImages(opened: Opened, request: EvalRequest, output: Output): Promise<number> {
  const { pipeline, path } = opened;
  const { seed, data, dataset, json, workers } = request;
  refuseWorkers(workers, 'expected --workers with --data of a table, got a model of images');
  const judged = async (set: ImageSet, training?: ImageSet) => {
    const onProgress = countProgress(output, 'judging', set.count);
    const noise = seed === undefined ? {} : { seed };
    return (
      await imageFigures(pipeline, set, {
        trainingImages: training?.count ?? 0,
        ...(training && { training }),
        ...noise,
        onProgress,
      })
    ).figures;
  };
  const held = async () => {
    const { source } = await runData<ImageSource>(path, pipeline, output);
    return judged(source.heldOut.data as ImageSet, source.training.data as ImageSet);
  };
  // Other images have no part that was trained on; without classes there is no accuracy.
  const others = async () => {
    const { set, labelled } = await openPictures(opened, request, output);
    const figures = await judged(set);
    return labelled ? figures : { ...figures, accuracy: null, confusion: null };
  };
  const figures = await (data === undefined && dataset === undefined ? held() : others());
  await output.data(json ? `${JSON.stringify(figures)}\n` : printableText(aligned(imageSummary(figures))));
  return 0;
}
