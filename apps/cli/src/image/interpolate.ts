import { IResNetError, noGrad } from '@iresnet/core';
import { takeImages, type ImageSet } from '@iresnet/datasets';
import { startBackend } from '../backend';
import type { InterpolateOptions } from '../commands/interpolate';
import type { Output } from '../output';
import { onHost } from '../rows';
import { openImageModel } from './model';
import { pathsBetween } from './paths';
import { openPictures, type GivenImages } from './pictures';
import { targetOf, writePictures } from './target';
import { tellUnconverged } from './unconverged';

const WHERE = 'iresnet interpolate';

/** Pictures of the straight lines between the latents of pairs of images, a row for each pair. */
export async function interpolateImages(
  path: string,
  options: InterpolateOptions,
  output: Output,
): Promise<number> {
  const { steps, out, json } = options;
  const target = targetOf(out, WHERE);
  await startBackend(options.backend);
  const saved = await openImageModel(path);
  const { model } = saved;
  const given = await openPictures(path, saved, options, output);
  const { from, to } =
    options.classes === undefined ? byIndex(given.set, options) : byClass(given, options.classes);
  const { pictures, unconverged } = noGrad(() =>
    onHost(() => pathsBetween(model, takeImages(given.set, from), takeImages(given.set, to), steps)),
  );
  await writePictures(target, pictures, steps, output);
  tellUnconverged(model, unconverged, pictures.count, output);
  const named = (chosen: readonly number[]) => chosen.map((i) => given.names[i]!);
  if (json)
    await output.data(`${JSON.stringify({ out, from: named(from), to: named(to), steps, unconverged })}\n`);
  return 0;
}

interface Ends {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function byIndex(set: ImageSet, { from = [0], to = [1] }: InterpolateOptions): Ends {
  for (const index of [...from, ...to]) {
    if (index < set.count) continue;
    throw new IResNetError('argument', WHERE, `expected an index below ${set.count} images, got ${index}`);
  }
  return { from, to };
}

/** The first image of each class. */
function byClass({ set, labelled, title }: GivenImages, classes: readonly string[]): Ends {
  if (!labelled)
    throw new IResNetError('argument', WHERE, `expected images with classes for --classes, got ${title}`);
  const [from, to] = classes.map((name) => {
    const index = set.labels.indexOf(set.classes.indexOf(name));
    if (index >= 0) return index;
    const what = `expected a class that ${title} has images of (${set.classes.join(', ')}), got ${name}`;
    throw new IResNetError('argument', WHERE, what);
  });
  return { from: [from!], to: [to!] };
}
