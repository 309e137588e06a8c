import { add, concat, reshape, split, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  compose,
  eventSize,
  type Bijector,
  type BoundKind,
  type InverseReport,
  type Shape,
} from '@iresnet/core';
import { checkParts, described, ensure, carryScale } from '@iresnet/core/internal';
import { after } from './chain';
import { reportForward, reportInverse, weaker } from './report';

/** One scale of {@link multiScale}. */
export interface Scale {
  /** What happens at this scale: squeeze, blocks. */
  readonly bijector: Bijector;
  /** Event shape that it gives, `[h, w, c]`. */
  readonly outShape: Shape;
}

/**
 * The multi-scale architecture: after each scale but the last, half of the channels leaves as
 * latent, and the other half goes on.
 *
 * The first ⌊c/2⌋ channels leave, as in the official i-ResNet code. The output is one vector per
 * example: the latents in the order in which they left, each flattened. Splitting is a permutation,
 * so the log-determinants of the scales add up.
 *
 * @param scales - First to last. The input of each is what the split before it passed on.
 * @returns A bijector from images to vectors `[B, d]`. `params` are those of the scales under their
 * index.
 * @throws IResNetError when no scale is given, a scale is not `{ bijector, outShape }`, or a scale
 * that is split has a single channel.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { actNorm, multiScale } from '@iresnet/flows';
 *
 * const flow = multiScale([
 *   { bijector: actNorm([4, 4, 2]), outShape: [4, 4, 2] },
 *   { bijector: actNorm([4, 4, 1]), outShape: [4, 4, 1] },
 * ]);
 * console.log(flow.forward(tf.randomNormal([3, 4, 4, 2])).shape); // [ 3, 32 ]
 * ```
 *
 * @see Dinh et al., Density estimation using Real NVP (arXiv 1605.08803).
 */
export function multiScale(scales: readonly Scale[]): Required<Bijector> {
  ensure(
    Array.isArray(scales) && scales.length > 0,
    'flows.multiScale',
    () => `expected a list of at least one scale, got ${described(scales)}`,
  );
  const last = scales.length - 1;
  const bijectors = scales.map(({ bijector }) => bijector);
  checkParts('flows.multiScale', bijectors, 'forwardAndLogDet');
  scales.forEach(({ outShape }, i) =>
    ensure(
      Array.isArray(outShape) && outShape.length > 0,
      'flows.multiScale',
      () => `expected scale ${i} with the shape that it gives as outShape, got ${described(outShape)}`,
    ),
  );
  scales.slice(0, last).forEach(({ outShape }, i) => {
    ensure(
      outShape[outShape.length - 1]! >= 2,
      'flows.multiScale',
      () => `expected at least two channels to split after scale ${i}, got shape [${outShape}]`,
    );
  });
  /** What leaves after each scale: ⌊c/2⌋ channels, but all of the last. */
  const leavingShapes = scales.map(({ outShape }, i) => {
    const channels = outShape[outShape.length - 1]!;
    return [...outShape.slice(0, -1), i === last ? channels : Math.floor(channels / 2)];
  });
  const sizes = leavingShapes.map(eventSize);

  const flat = (z: Tensor): Tensor => reshape(z, [z.shape[0]!, -1]);
  const halves = (h: Tensor): [Tensor, Tensor] => {
    const channels = h.shape[h.rank - 1]!;
    const leaving = Math.floor(channels / 2);
    return split(h, [leaving, channels - leaving], h.rank - 1) as [Tensor, Tensor];
  };
  /** The latents of a vector as images. */
  const latents = (z: Tensor): Tensor[] =>
    (sizes.length === 1 ? [z] : split(z, sizes, 1)).map((part, i) =>
      reshape(part, [z.shape[0]!, ...leavingShapes[i]!]),
    );
  const join = (z: Tensor, h: Tensor): Tensor => concat([z, h], h.rank - 1);

  return {
    ...compose(bijectors),
    forward: (x) =>
      tidy(() => {
        const zs: Tensor[] = [];
        let h = x;
        bijectors.forEach((bijector, i) => {
          const y = bijector.forward(h);
          const [leaving, staying] = i === last ? [y, y] : halves(y);
          zs.push(flat(leaving));
          h = staying;
        });
        return concat(zs, 1);
      }),
    forwardAndLogDet: (x, rng) =>
      tidy(() => {
        const zs: Tensor[] = [];
        let h = x;
        let total: Tensor | null = null;
        bijectors.forEach((bijector, i) => {
          const { y, logDet } = bijector.forwardAndLogDet(h, rng.split(i));
          const [leaving, staying] = i === last ? [y, y] : halves(y);
          zs.push(flat(leaving));
          h = staying;
          total = total ? add(total, logDet) : logDet;
        });
        return { y: concat(zs, 1), logDet: total! };
      }),
    carryScale: (scale) =>
      tidy(() => {
        const parts: Tensor[] = [];
        let h = scale;
        bijectors.forEach((bijector, i) => {
          const s = carryScale(bijector, h);
          const [leaving, staying] = i === last ? [s, s] : halves(s);
          parts.push(flat(leaving));
          h = staying;
        });
        return concat(parts, 1);
      }),
    inverse: (z) =>
      tidy(() =>
        latents(z).reduceRight<Tensor | null>(
          (h, latent, i) => bijectors[i]!.inverse(h === null ? latent : join(latent, h)),
          null,
        )!,
      ),
    inverseWithReport(z, zError, options) {
      const parts = tidy(() => latents(z));
      const back = (before: InverseReport | null, latent: Tensor, i: number): InverseReport => {
        const y = before ? join(latent, before.value) : latent.clone();
        before?.value.dispose();
        try {
          // ‖(z, h) − truth‖ is at most the bound of z and that of h together.
          const error = Array.from(
            { length: z.shape[0]! },
            (_, b) => (zError?.[b] ?? 0) + (before?.errorBound[b] ?? 0),
          );
          const report = reportInverse(bijectors[i]!, y, error, options);
          return before ? after(before, report) : report;
        } finally {
          y.dispose();
        }
      };
      try {
        return parts.reduceRight<InverseReport | null>(back, null)!;
      } finally {
        for (const part of parts) part.dispose();
      }
    },
    forwardWithReport(x, xError, options) {
      const zs: Tensor[] = [];
      let h = x;
      let error = xError;
      let boundKind: BoundKind = 'proven';
      const batch = x.shape[0]!;
      const errorBound = new Array<number>(batch).fill(0);
      try {
        bijectors.forEach((bijector, i) => {
          const report = reportForward(bijector, h, error, options);
          if (h !== x) h.dispose();
          h = report.value;
          error = report.errorBound;
          boundKind = weaker(boundKind, report.boundKind);
          const [leaving, staying] = tidy(() => {
            const [z, rest] = i === last ? [h, null] : halves(h);
            return rest ? [flat(z), rest.clone()] : [flat(z)];
          });
          zs.push(leaving!);
          if (staying) {
            h.dispose();
            h = staying;
          }
          // What leaves and what stays are each off by no more than both together.
          report.errorBound.forEach(
            (e, b) => (errorBound[b] = Math.hypot(errorBound[b]!, e) * (1 + 2 ** -50)),
          );
        });
        return { value: concat(zs, 1), errorBound, boundKind };
      } finally {
        if (h !== x) h.dispose();
        for (const z of zs) z.dispose();
      }
    },
  };
}
