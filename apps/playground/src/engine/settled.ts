import {
  calibrate,
  decodePipeline,
  encodePipeline,
  type Pipeline,
  type TableSource,
} from '@iresnet/pipeline';

/**
 * A copy of a network that learns, as it is saved: its bounds are made to hold, and it knows the
 * scores of the rows that were held out. What is said of it holds for the file too, to the last
 * digit. The caller frees it.
 */
export async function settled(pipeline: Pipeline, source: TableSource): Promise<Pipeline> {
  const copy = decodePipeline(await encodePipeline(pipeline));
  try {
    copy.model.enforceBounds?.();
    return await calibrate(copy, source);
  } catch (error) {
    copy.model.dispose();
    throw error;
  }
}
