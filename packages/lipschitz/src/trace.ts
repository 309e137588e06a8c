import {
  add,
  matMul,
  mul,
  reshape,
  reverse,
  slice,
  sum,
  tidy,
  transpose,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/** Pixels q of one axis that see the same taps k, 0 ≤ q + k < size. */
interface Stretch {
  readonly start: number;
  readonly length: number;
  readonly firstTap: number;
  readonly taps: number;
}

/**
 * tr J of each example, `[B]`, of a run of layers linear – σ – linear – σ – linear, or with one σ:
 * J = A(W₃) D₂ A(W₂) D₁ A(W₁), where A(W₂) does not mix pixels.
 *
 * Each path from an input to itself goes through one hidden pixel q, from q + k and back to it. So
 * tr J = Σ_q d₁(q)ᵀ (W₂ ∘ S(q)) d₂(q) with S(q) = Σₖ W₁[k]ᵀ W₃[−k]ᵀ over the taps k for which q + k is in
 * the image. S has one value inside, and others along the edges. For dense layers, images of one
 * pixel, it is d₁ᵀ (W₂ ∘ (W₁W₃)ᵀ) d₂.
 *
 * It costs about the third of a product. Taped with respect to weights and slopes.
 *
 * @param thetas - Of each layer: W, or the slopes d `[B, …]`.
 * @returns null for other runs.
 */
export function traceOf(layers: readonly Layer[], thetas: readonly Tensor[]): (() => Tensor) | null {
  const shape = layers.map(({ kind }) => kind).join();
  if (shape !== ONE_HIDDEN && shape !== TWO_HIDDEN) return null;
  const linear = layers.flatMap((layer, i) =>
    layer.kind === 'linear' ? [{ layer, theta: thetas[i]! }] : [],
  );
  const size = linear[0]!.layer.family.imageSize;
  if (!size || linear.some(({ layer }) => layer.family.imageSize?.join() !== size.join())) return null;
  const kernels = linear.map(({ theta }) => theta.shape.slice(0, -2).join());
  const pointwise = linear.length === 2 || linear[1]!.theta.shape.slice(0, -2).every((taps) => taps === 1);
  const [first, last] = [linear[0]!.theta, linear[linear.length - 1]!.theta];
  // Into as many channels as it comes from.
  if (!pointwise || kernels[0] !== kernels[kernels.length - 1]) return null;
  if (first.shape.at(-2) !== last.shape.at(-1)) return null;
  const slopes = layers.flatMap(({ kind }, i) => (kind === 'elementwise' ? [thetas[i]!] : []));
  const middle = linear.length === 3 ? linear[1]!.theta : null;
  return () => tidy(() => trace(size, first, middle, last, slopes));
}

const ONE_HIDDEN = 'linear,elementwise,linear';
const TWO_HIDDEN = 'linear,elementwise,linear,elementwise,linear';

function trace(
  [height, width]: readonly [number, number],
  first: Tensor,
  middle: Tensor | null,
  last: Tensor,
  slopes: readonly Tensor[],
): Tensor {
  const [kh, kw] = first.rank === 4 ? (first.shape as [number, number]) : [1, 1];
  const [inputs, from] = first.shape.slice(-2) as [number, number];
  const to = last.shape.at(-2)!;
  const batch = slopes[0]!.shape[0]!;
  // `[kh, kw, c, i]`, and with the taps reversed `[kh, kw, c, j]`.
  const into = reshape(first, [kh, kw, inputs, from]);
  const back = transpose(reverse(reshape(last, [kh, kw, to, inputs]), [0, 1]), [0, 1, 3, 2]);
  const weight = middle && reshape(middle, [from, to]);
  const parts: Tensor[] = [];
  for (const y of stretches(height, kh))
    for (const x of stretches(width, kw)) {
      const tapsOf = (kernel: Tensor): Tensor2D => {
        const channels = kernel.shape[3]!;
        const seen = slice(kernel, [y.firstTap, x.firstTap, 0, 0], [y.taps, x.taps, inputs, channels]);
        return reshape(seen, [-1, channels]);
      };
      const pixelsOf = (slope: Tensor, channels: number): Tensor2D => {
        const images = reshape(slope, [batch, height, width, channels]);
        return reshape(slice(images, [0, y.start, x.start, 0], [batch, y.length, x.length, channels]), [-1, channels]); // prettier-ignore
      };
      const before = pixelsOf(slopes[0]!, from);
      const paths = weight
        ? mul(
            matMul(before, mul(weight, matMul(tapsOf(into), tapsOf(back), true)) as Tensor2D),
            pixelsOf(slopes[1]!, to),
          )
        : mul(before, sum(mul(tapsOf(into), tapsOf(back)), 0));
      parts.push(sum(reshape(paths, [batch, -1]), 1));
    }
  return parts.reduce((total, part) => add(total, part));
}

/** The pixels of an axis, grouped by the taps that they see. */
function stretches(size: number, taps: number): readonly Stretch[] {
  const reach = (taps - 1) / 2;
  const found: Stretch[] = [];
  for (let q = 0; q < size; q++) {
    const firstTap = Math.max(0, reach - q);
    const seen = Math.min(taps, reach + size - q) - firstTap;
    const last = found.at(-1);
    if (last?.firstTap === firstTap && last.taps === seen)
      found[found.length - 1] = { ...last, length: last.length + 1 };
    else found.push({ start: q, length: 1, firstTap, taps: seen });
  }
  return found;
}
