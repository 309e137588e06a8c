import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { useBackend } from '@iresnet/backend';
import { certify, openModel, reconstruct, sample, score, type Data, type Pipeline } from '@iresnet/pipeline';

/** Where a saved model is, and on which backend to open it. */
export interface Place {
  readonly model: string;
  readonly backend: 'cpu' | 'wasm';
  /** Of the binaries of wasm, in a page. */
  readonly wasmPaths?: string;
}

/** Open a model and compute what it gives, as plain numbers. */
export async function open({ model, backend, wasmPaths }: Place) {
  await useBackend(backend, wasmPaths === undefined ? {} : { wasmPaths });
  const pipeline = await openModel(model);
  const data = dataFor(pipeline);
  const { logProb, bitsPerDim, probabilities } = await score(pipeline, data);
  const { values: rows, maxError, errorBound } = await reconstruct(pipeline, data);
  const drawn = pipeline.task === 'classify' ? [] : (await sample(pipeline, 3, { seed: 1 })).values;
  const values = [logProb, bitsPerDim, probabilities, rows, maxError, drawn];
  const { blocks } = certify(pipeline);
  const bounds = [...errorBound, ...blocks.map((block) => block.lipschitzBound ?? Infinity)];
  return { values: values.flatMap((list) => Array.from(list ?? [])), bounds };
}

/** A few rows or images of the kind that a model takes. */
function dataFor({ input }: Pipeline): Data {
  if (input.kind === 'images') {
    const [height, width, channels] = input.shape;
    const images = Uint8Array.from(
      { length: 2 * height * width * channels },
      (_, i) => (i * 37) % input.levels,
    );
    return { count: 2, shape: input.shape, levels: input.levels, images };
  }
  if (input.columns.length === 4)
    return [
      [5.1, 3.5, 1.4, 0.2],
      [6.7, 3, 5.2, 2.3],
    ];
  return input.columns[0] === 'eruptions'
    ? [
        [3.6, 79],
        [1.8, 54],
      ]
    : [
        [0.5, 0.25],
        [-1, 0.75],
      ];
}
