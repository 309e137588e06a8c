import { keep, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, onHost, type Params } from '@iresnet/core';

/** Tensors that a piece of work leaves, by name. */
export type Results = Readonly<Record<string, Tensor>>;

/** The values of {@link Results}, read back. */
export type Values<R extends Results> = { readonly [K in keyof R]: Float32Array };

/**
 * Work on `count` examples in pieces, outside the tape, and read each piece back without blocking.
 * Device memory stays that of one piece. Where blocking readings are not there, as on WebGPU, the
 * pieces are computed on the host.
 *
 * @param model - What `compute` takes from the device.
 * @param compute - Gets the range of a piece. What it allocates is freed but its results, which are
 * read.
 * @param take - Gets what was read.
 */
export async function inPieces<R extends Results>(
  model: { readonly params: Params },
  count: number,
  size: number,
  compute: (from: number, to: number) => R,
  take: (values: Values<R>, from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const to = Math.min(count, from + size);
    const results = await onHost([model], () =>
      noGrad(() =>
        tidy(() => {
          const found = compute(from, to);
          for (const t of Object.values(found)) keep(t);
          return found as Record<string, Tensor>;
        }),
      ),
    );
    try {
      const names = Object.keys(results);
      const read = await Promise.all(names.map((name) => results[name]!.data<'float32'>()));
      take(Object.fromEntries(names.map((name, i) => [name, read[i]!])) as Values<R>, from, to);
    } finally {
      for (const t of Object.values(results)) t.dispose();
    }
  }
}
