import {
  add,
  grad,
  matMul,
  mul,
  reshape,
  sin,
  sum,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { measurePrecision, readsLater, whileDeviceLives } from '@iresnet/core/internal';

/** More values than any backend computes on the host instead of its device. */
const SIDE = 40;
/** A device that computes in 16 bits is off by 1e-3; float32 with rough functions by some 1e-4. */
const TOLERANCE = 4e-4;

/**
 * Compute on the device of the current backend, and compare with the host: values that are read at
 * once where it can, the same without blocking, a product of matrices, a gradient, the precision.
 * The packages need all of them. From values that are read as 0, a bound would be a false proof.
 *
 * @throws Error that says what is wrong.
 */
export async function checkDevice(): Promise<void> {
  const numbers = Float32Array.from({ length: SIDE * SIDE }, (_, i) => 3 * Math.sin(i));
  const x = tensor1d(numbers);
  const made: Tensor[] = [x];
  const compute = (f: () => Tensor): Tensor => {
    made.push(tidy(f));
    return made.at(-1)!;
  };
  const affine = (): Tensor => add(mul(x, 2), 0.5);
  const square = (): Tensor2D => reshape(x, [SIDE, SIDE]);
  const slope = grad((t: Tensor) => sum(mul(t, sin(t))));
  try {
    const moved = numbers.map((value) => 2 * value + 0.5);
    if (!readsLater()) compare('values that are read at once', compute(affine).dataSync(), moved);
    compare('values that are read without blocking', await read(compute(affine)), moved);
    const product = compute(() => matMul(square(), square(), false, true));
    compare('a product of matrices', await read(product), selfProduct(numbers));
    const slopes = numbers.map((value) => Math.sin(value) + value * Math.cos(value));
    compare('a gradient', await read(compute(() => slope(x))), slopes);
    const unit = await whileDeviceLives('backend.useBackend', measurePrecision());
    // 11 bits would be the precision of 16-bit floats.
    if (!(unit < 2 ** -18)) throw new Error(`its device fails at the precision of float32: ${unit}`);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

const read = (x: Tensor): Promise<ArrayLike<number>> =>
  whileDeviceLives('backend.useBackend', x.data<'float32'>());

function compare(what: string, got: ArrayLike<number>, expected: Float32Array): void {
  expected.forEach((value, i) => {
    if (Math.abs(got[i]! - value) <= TOLERANCE * Math.max(1, Math.abs(value))) return;
    throw new Error(`its device fails at ${what}: ${got[i]} in place of ${value}`);
  });
}

/** M Mᵀ in float64. */
function selfProduct(m: Float32Array): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE) * SIDE, (at % SIDE) * SIDE];
    let total = 0;
    for (let k = 0; k < SIDE; k++) total += m[row + k]! * m[column + k]!;
    return total;
  });
}
