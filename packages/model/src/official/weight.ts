import { div, mul, norm, reshape, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, conv2dOperator, denseOperator, type LinearOperator, type Params } from '@iresnet/core';

/** The official code adds this to the divisor of a weight of more than one tap. */
const EPSILON = 1e-5;

/** A little less than 1, by more than the rounding of a float32 sum. */
const BELOW = 1 - 2 ** -20;

/** Height and width. */
export type Size = readonly [number, number];

/** A weight of the official code with the vectors of its power iteration. */
export interface OfficialWeight {
  /** OIHW, before the normalization. */
  readonly weight: Tensor;
  /** Flat, CHW. For 1×1 kernels, of the channels alone. */
  readonly u: Tensor;
  readonly v: Tensor;
}

/**
 * The weight that the official network uses, W̄ = W/(max(1, uᵀWv/c) + ε), becomes ours, with
 * vectors for which our own normalization leaves it as it is.
 *
 * Our layer divides by max(1, σ/c), where σ = uᵀW̄v of the vectors that were assigned. The
 * official vectors give σ ≤ c up to rounding. If they belong to another image size, one step from
 * our own start gives a pair. If σ comes out above c, u is shortened until it does not. The next
 * power iteration, after the weight was changed, gives u its length again.
 *
 * @param params - `kernel`, `u`, `v` of a layer.
 * @param coefficient - c; null leaves the weight as it is.
 * @param size - Images that the layer works on.
 * @param measured - Images that the official norm was measured on.
 */
export function assignOfficialWeight(
  params: Params,
  { weight, u, v }: OfficialWeight,
  coefficient: number | null,
  size: Size,
  measured: Size,
): void {
  tidy(() => {
    const raw = transpose(weight, [2, 3, 1, 0]);
    const [kh, kw] = raw.shape as [number, number];
    const taps = kh * kw > 1;
    const official = { u: asImages(u, taps ? measured : null), v: asImages(v, taps ? measured : null) };
    let used = raw;
    if (coefficient !== null) {
      const sigma = valueOf(operator(raw, measured), official.u, official.v);
      used = div(raw, Math.max(1, sigma / coefficient) + (taps ? EPSILON : 0));
    }
    const a = operator(used, size);
    const same = !taps || size.join() === measured.join();
    const pair = same ? official : step(a, params['u']!);
    const sigma = valueOf(a, pair.u, pair.v);
    if (coefficient !== null && sigma > coefficient) {
      pair.u = mul(pair.u, (coefficient / sigma) * BELOW);
    }
    // All three are assigned before the next use: a weight then takes the vectors as they are.
    for (const [name, value] of Object.entries({ kernel: used, u: pair.u, v: pair.v })) {
      params[name]!.assign(reshape(value, params[name]!.shape) as never);
    }
  });
}

function operator(kernel: Tensor, size: Size): LinearOperator {
  const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
  return kh * kw > 1
    ? conv2dOperator(kernel, [...size, inputs])
    : denseOperator(reshape(kernel, [inputs, outputs]));
}

/** A flat vector in CHW order as a batch of one, `[1, h, w, c]`; `[1, c]` without a size. */
function asImages(vector: Tensor, size: Size | null): Tensor {
  if (!size) return reshape(vector, [1, -1]);
  return transpose(reshape(vector, [1, -1, ...size]), [0, 2, 3, 1]);
}

/** uᵀAv. */
function valueOf(a: LinearOperator, u: Tensor, v: Tensor): number {
  return batchDot(u, a.matvec(v)).dataSync()[0]!;
}

/** One step of the power iteration from u. */
function step(a: LinearOperator, start: Tensor): { u: Tensor; v: Tensor } {
  const unit = (x: Tensor): Tensor => div(x, norm(x));
  const v = unit(a.rmatvec(start));
  return { u: unit(a.matvec(v)), v };
}
