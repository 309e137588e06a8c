import type { ImageSet } from '@iresnet/datasets';
import { readImages, type ReadImages } from '@iresnet/datasets/node';
import { modelImages, type ImageInput, type ImageSource } from '@iresnet/pipeline';
import type { ImageData } from '@iresnet/pipeline/run';
import { namedSet, type GivenData } from '../requests/data';
import type { Opened } from '../run/dispatch';
import { openData, runData } from '../run/data';
import type { Output } from '../terminal/output';

/** Images that a command works on, in the levels and classes of its model. */
export interface GivenImages {
  readonly title: string;
  /** Its labels mean nothing unless `labelled`. */
  readonly set: ImageSet;
  readonly labelled: boolean;
  /** What each image goes by: its file below the folder, or its index. */
  readonly names: readonly (string | number)[];
}

/**
 * Open the images that the flags name, or those that the run held out.
 *
 * @throws IResNetError of kind `data` naming the file, or when the images are not like those of the
 * model.
 */
export async function openPictures(
  { path, pipeline }: Opened,
  given: GivenData,
  output: Output,
): Promise<GivenImages> {
  const { data, dataset, dataDir } = given;
  if (dataset === undefined && data === undefined) {
    const { source } = await runData<ImageSource>(path, pipeline, output);
    const set = source.heldOut.data as ImageSet;
    return { title: source.input.title, set, labelled: true, names: indices(set) };
  }
  const { title, images, labels, names } = await (dataset === undefined
    ? readPath(data!, (pipeline.input as ImageInput).shape[2], output)
    : published(namedSet(dataset, dataDir), output));
  const { set, labelled, others } = modelImages(pipeline, images, labels, title);
  if (others.length > 0)
    output.log(
      `${title}: its classes (${others.slice(0, 3).join(', ')} …) are not the model’s; taken as images without`,
    );
  return { title, set, labelled, names: names ?? indices(set) };
}

async function published(
  data: ImageData,
  output: Output,
): Promise<Omit<ReadImages, 'notes'> & { title: string }> {
  const { title, train, test } = await openData(data, output);
  const set = test ?? train;
  return { title, images: set, labels: Array.from(set.labels, (label) => set.classes[label]!), names: null };
}

async function readPath(path: string, channels: number, output: Output) {
  const { notes, ...found } = await readImages(path, { channels });
  for (const note of notes) output.log(`${path}: ${note}`);
  return { title: path, ...found };
}

function indices({ count }: ImageSet): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
