import { tidy } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';
import { digitImages, imageBatch, takeImages, type ImageSet } from '@iresnet/datasets';
import {
  decodePipeline,
  imageSource,
  interpolate,
  reconstruct,
  sample,
  score,
  type Pipeline,
} from '@iresnet/pipeline';
import type { DigitsAnswer, DigitsQuestion } from '../digitsProtocol';

/** Real digits that the page gets, and the digits of a way. */
const [EXAMPLES, WAY] = [40, 9];

/** The network of digits, which answers one question after the other. */
export type Digits = (question: DigitsQuestion) => Promise<DigitsAnswer>;

/** Open the network of digits from the bytes of its file. */
export function openDigits(bytes: Uint8Array): Digits {
  const pipeline: Pipeline = decodePipeline(bytes, 'digits.safetensors');
  const all = digitImages();
  const { recipe } = pipeline;
  if (!recipe) throw new Error('the file of the digits has no recipe');
  // The digits that it has not learned from.
  const held = imageSource('digits', { train: all, test: null }, recipe).heldOut.data as ImageSet;
  const examples = takeImages(
    held,
    Array.from({ length: EXAMPLES }, (_, i) => i),
  );
  const setOf = (pixels: ArrayLike<number>): ImageSet => ({
    ...all,
    count: 1,
    images: Uint8Array.from(pixels),
    labels: Uint8Array.of(0),
  });
  const pixelsOf = (values: ArrayLike<number>): number[] => Array.from(values);

  return async (question) => {
    switch (question.what) {
      case 'open': {
        const { bitsPerDim } = await score(pipeline, examples);
        return {
          what: 'opened',
          examples: Array.from({ length: EXAMPLES }, (_, i) =>
            pixelsOf(examples.images.subarray(64 * i, 64 * (i + 1))),
          ),
          usual: Array.from(bitsPerDim!).sort((a, b) => a - b),
        };
      }
      case 'judge': {
        const set = setOf(question.pixels);
        const { bitsPerDim, probabilities } = await score(pipeline, set);
        const back = await reconstruct(pipeline, set);
        const latent = noGrad(() =>
          tidy(() =>
            pipeline.model
              .encode(imageBatch(set) as never)
              .dataSync<'float32'>()
              .slice(),
          ),
        );
        return {
          what: 'judged',
          bits: bitsPerDim![0]!,
          probabilities: Array.from(probabilities!),
          latent: pixelsOf(latent),
          back: pixelsOf(back.values),
          error: back.maxError[0]!,
          evaluations: back.evaluationsPerBlock,
        };
      }
      case 'draw': {
        const { digit, seed, temperature } = question;
        const drawn = await sample(pipeline, 1, { class: String(digit), seed, temperature });
        return { what: 'drawn', pixels: pixelsOf(drawn.values) };
      }
      case 'way': {
        const way = await interpolate(pipeline, setOf(question.from), setOf(question.to), WAY);
        return {
          what: 'went',
          way: Array.from({ length: WAY }, (_, i) => pixelsOf(way.values.slice(64 * i, 64 * (i + 1)))),
        };
      }
    }
  };
}
