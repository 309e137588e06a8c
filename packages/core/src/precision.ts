import {
  add,
  concat,
  conv2d,
  div,
  engine,
  getKernel,
  matMul,
  mul,
  reshape,
  sub,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { noGrad } from './noGrad';

/**
 * Half a unit in the last place of float32, relative: the rounding of one operation by IEEE 754.
 */
const IEEE = 2 ** -24;
/** A measured error is multiplied by this, since a probe does not see every argument. */
const SAFETY = 2;

/** Kernels whose identity tells whether a device still computes as it did when it was measured. */
const WATCHED = ['_FusedMatMul', 'BatchMatMul', 'Conv2D', 'Multiply', 'Exp', 'Elu', 'Sin', 'Sigmoid'];
const kernelIds = new WeakMap<object, number>();
let nextId = 0;

/** The backend with its kernels, as a key: replacing a kernel changes it. */
function device(): string {
  const { backendName } = engine();
  const ids = WATCHED.map((name) => {
    const kernel = getKernel(name, backendName)?.kernelFunc;
    if (!kernel) return '';
    if (!kernelIds.has(kernel)) kernelIds.set(kernel, nextId++);
    return kernelIds.get(kernel)!;
  });
  return `${backendName} ${ids.join()}`;
}

const units = new Map<string, number>();

/**
 * u: the largest relative error of one sum, difference, product or quotient on the current backend,
 * 2⁻²⁴ where it follows IEEE 754. It is measured once against float64, in the kernels that matrix
 * products and convolutions use too; Infinity where the device cannot be read back at once, unless
 * {@link measurePrecision} was awaited.
 */
export function unitRoundoff(): number {
  const key = device();
  const known = units.get(key);
  if (known !== undefined) return known;
  return keepUnit(
    key,
    noGrad(() => tidy(() => largest(...unitErrors()))),
  );
}

/** Measure {@link unitRoundoff} of the current backend without a blocking reading. */
export async function measurePrecision(): Promise<number> {
  const key = device();
  let truth!: Truth;
  const got = noGrad(() =>
    tidy(() => {
      const [computed, exact] = unitErrors();
      truth = exact;
      return computed;
    }),
  );
  try {
    return keepUnit(key, largestOf(await got.data(), truth));
  } finally {
    got.dispose();
  }
}

function keepUnit(key: string, measured: number): number {
  const unit = measured <= IEEE ? IEEE : SAFETY * measured;
  units.set(key, unit);
  return unit;
}

/**
 * γₙ = nu/(1 − nu): the largest relative error of a sum of n rounded products, in any order.
 *
 * @see Higham, Accuracy and Stability of Numerical Algorithms, section 3.1.
 */
export function sumError(n: number): number {
  const nu = n * unitRoundoff();
  return nu < 1 ? nu / (1 - nu) : Infinity;
}

/** The exact value of each element of a computed tensor. */
type Truth = (i: number) => number;

/** Sums, products and quotients of numbers with full mantissas, in one tensor. */
function unitErrors(): [got: Tensor, truth: Truth] {
  const [a, b] = [mantissas(256, 1), mantissas(256, 2)];
  const [p, q] = [tensor1d(a), tensor1d(b)];
  // In a product with a diagonal every sum has one term that is not 0: its error is that of a
  // factor.
  const diagonal = new Float32Array(16 * 16);
  const taps = new Float32Array(9 * 16 * 16);
  for (let i = 0; i < 16; i++) diagonal[i * 17] = taps[4 * 256 + i * 17] = b[i]!;
  const byColumn = (i: number) => a[i]! * b[i % 16]!;
  const images = tensor4d(a, [1, 4, 4, 16]);
  const parts: [Tensor, (i: number) => number][] = [
    [add(p, q), (i) => a[i]! + b[i]!],
    [sub(p, mul(2, q)), (i) => a[i]! - 2 * b[i]!],
    [mul(p, q), (i) => a[i]! * b[i]!],
    [div(p, q), (i) => a[i]! / b[i]!],
    [matMul(tensor2d(a, [16, 16]), tensor2d(diagonal, [16, 16])), byColumn],
    [conv2d(images, tensor4d(diagonal, [1, 1, 16, 16]), 1, 'same'), byColumn],
    [conv2d(images, tensor4d(taps, [3, 3, 16, 16]), 1, 'same'), byColumn],
  ];
  return [concat(parts.map(([got]) => reshape(got, [256]))), (i) => parts[i >> 8]![1](i % 256)];
}

/** Fixed numbers in [1, 2) with full mantissas. */
function mantissas(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => 1 + ((Math.sqrt(2 * i + 2) * (seed + 0.7)) % 1));
}

/**
 * The largest |got − y|/scale(y) with y the truth; Infinity for what is not a number or cannot be
 * read.
 */
function largest(got: Tensor, truth: Truth, scale?: (y: number) => number): number {
  try {
    return largestOf(got.dataSync(), truth, scale);
  } catch {
    return Infinity;
  }
}

function largestOf(values: ArrayLike<number>, truth: Truth, scale: (y: number) => number = Math.abs): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const y = truth(i);
    const error = Math.abs(values[i]! - y) / scale(y);
    if (!(error <= most)) most = Number.isNaN(error) ? Infinity : error;
  }
  return most;
}

/** Measurements of functions, each made once on a device, off the tape. */
function oncePerDevice<T>(): (of: object, measure: () => T) => T {
  const known = new WeakMap<object, Map<string, T>>();
  return (of, measure) => {
    const key = device();
    const found = known.get(of) ?? new Map<string, T>();
    known.set(of, found);
    if (!found.has(key)) {
      noGrad(() => {
        tidy(() => {
          found.set(key, measure());
        });
      });
    }
    return found.get(key)!;
  };
}

/** How far a device is from a function σ: |σ̃(x) − σ(x)| ≤ near·(1 + |σ(x)|) + far·|x|. */
export type FunctionError = {
  readonly near: number;
  readonly far: number;
  /** The bound holds for |x| up to this. */
  readonly reach: number;
};

const functionErrors = oncePerDevice<FunctionError>();

/**
 * The error of an elementwise function on the current backend, measured once against float64 at
 * some 20,000 points up to |x| = 2³⁰ and doubled. Infinity where the device cannot be read at once.
 *
 * @param value - σ as the device computes it. The measurement is kept under this function.
 * @param exact - σ in float64.
 */
export function functionError(value: (x: Tensor) => Tensor, exact: (x: number) => number): FunctionError {
  return functionErrors(value, () => {
    // Near 0 lie the kinks and the cancellations. Far away, what grows with |x| is measured.
    const nearAt = Float32Array.from({ length: 16384 }, (_, i) => (i - 8191.7) * 9.7656e-4);
    const farAt = Float32Array.from({ length: 4096 }, (_, i) => (i % 2 ? -1 : 1) * 8 * 2 ** (i / 151.8));
    const scale = (y: number) => 1 + Math.abs(y);
    const near = SAFETY * largest(value(tensor1d(nearAt)), (i) => exact(nearAt[i]!), scale);
    let far = 0;
    if (near < Infinity) {
      const got = value(tensor1d(farAt)).dataSync();
      farAt.forEach((x, i) => {
        const y = exact(x);
        const excess = (Math.abs(got[i]! - y) - near * scale(y)) / Math.abs(x);
        if (!(excess <= far)) far = Number.isNaN(excess) ? Infinity : excess;
      });
    }
    return { near, far: SAFETY * far, reach: 2 ** 30 };
  });
}

const relativeErrors = oncePerDevice<number>();

/**
 * The relative error of an elementwise function on [low, high], on the current backend: measured at
 * 8192 points against float64, and doubled.
 */
export function relativeError(
  value: (x: Tensor) => Tensor,
  exact: (x: number) => number,
  [low, high]: readonly [number, number],
): number {
  return relativeErrors(value, () => {
    const at = Float32Array.from({ length: 8192 }, (_, i) => low + ((high - low) * i) / 8191);
    return SAFETY * largest(value(tensor1d(at)), (i) => exact(at[i]!));
  });
}
