import { IResNetError } from '@iresnet/core';
import { takeImages, type ImageSet } from '@iresnet/datasets';
import { interpolate } from '@iresnet/pipeline';
import { drawnPictures } from '@iresnet/pipeline/run';
import type { InterpolateRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import type { Output } from '../terminal/output';
import { openPictures, type GivenImages } from './pictures';
import { targetOf, writePictures } from './target';
import { tellUnconverged } from '../unconverged';

const WHERE = 'iresnet interpolate';

/** Pictures of the straight lines between the latents of pairs of images, a row for each pair. */
export async function interpolateImages(
  opened: Opened,
  request: InterpolateRequest,
  output: Output,
): Promise<number> {
  const { steps, out, json, classes } = request;
  const { pipeline } = opened;
  const target = targetOf(out, WHERE);
  const given = await openPictures(opened, request, output);
  const { set, names } = given;
  const { from, to } = classes === undefined ? byIndex(set, request) : byClass(given, classes);
  const paths = await interpolate(pipeline, takeImages(set, from), takeImages(set, to), steps);
  await writePictures(target, drawnPictures(paths, set.levels), steps, output);
  const code = tellUnconverged(pipeline, paths.converged, 'images', output);
  const named = (chosen: readonly number[]) => chosen.map((i) => names[i]!);
  const unconverged = paths.converged.filter((good) => !good).length;
  if (json)
    await output.data(`${JSON.stringify({ out, from: named(from), to: named(to), steps, unconverged })}\n`);
  return code;
}

interface Ends {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function byIndex(set: ImageSet, { from = [0], to = [1] }: InterpolateRequest): Ends {
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
