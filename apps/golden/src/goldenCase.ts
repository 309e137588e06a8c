import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import type { NamedTensors } from '@iresnet/checkpoint';
import type { Manifest } from './manifest';
import { maxAbs, maxAbsDifference, toleranceOf } from './tolerance';

/** One comparison of a result with its reference. */
export interface Check {
  /** The tensor or scalar of the case, and by which way it was computed where there are several. */
  readonly name: string;
  /** Largest absolute difference. */
  readonly error: number;
  readonly tolerance: number;
}

/** Numbers that a kind computed, in the layout of the reference. */
export type Values = Tensor | ArrayLike<number>;

/** How to compare where the default does not fit. */
export interface CheckOptions {
  /** Float32 units in the last place allowed besides; 16 unless given. */
  readonly ulps?: number;
  /**
   * Largest number that the reference is a sum of, where terms of both signs cancel: its rounding
   * stays in the sum.
   */
  readonly scale?: number;
  /** Which of several ways of computing it this was. */
  readonly way?: string;
}

/** A case as a kind sees it: inputs by name, and a place for its results. */
export interface GoldenCase {
  readonly manifest: Manifest;
  readonly config: Manifest['config'];
  /**
   * Names of the tensors that match, in the order of the manifest, without the float64
   * recomputations.
   */
  names(pattern: RegExp): readonly string[];
  has(name: string): boolean;
  /** An input or parameter as a float32 tensor in the layout of the file. */
  tensor(name: string): Tensor;
  /** An input on the host. */
  values(name: string): Float64Array;
  /**
   * Compare a result with the reference `name`: with the float64 recomputation where there is one.
   */
  check(name: string, result: Values, options?: CheckOptions): void;
  /**
   * Add a comparison made elsewhere: of a number that is no tensor of the case, or by another rule.
   */
  record(name: string, error: number, tolerance: number): void;
  /** State that the tensors that match are not compared, and why. */
  leave(pattern: RegExp, reason: string): void;
  readonly checks: readonly Check[];
  /** Reasons given by `leave`, each with the number of tensors that it left. */
  readonly left: readonly { readonly reason: string; readonly names: readonly string[] }[];
  /**
   * Tensors that nothing read, compared or left; a float64 recomputation is read when its tensor is
   * compared.
   */
  readonly untouched: readonly string[];
}

/**
 * Join a manifest with its tensors.
 *
 * @throws IResNetError of kind `data` when the file lacks a tensor of the manifest, or has it with
 * another dtype or shape.
 */
export function goldenCase(manifest: Manifest, tensors: NamedTensors, file: string): GoldenCase {
  const fail = (what: string): never => {
    throw new IResNetError('data', file, what);
  };
  for (const [name, { dtype, shape }] of Object.entries(manifest.tensors)) {
    const stored = tensors.get(name);
    if (!stored) fail(`expected tensor "${name}" of the manifest, got none`);
    else if (stored.dtype !== dtype || stored.shape.join() !== shape.join()) {
      fail(
        `tensor "${name}": expected ${dtype} [${shape}] as in the manifest, got ${stored.dtype} [${stored.shape}]`,
      );
    }
  }
  const touched = new Set<string>();
  const checks: Check[] = [];
  const left: { reason: string; names: readonly string[] }[] = [];
  const all = Object.keys(manifest.tensors);
  const recomputed = new Map(
    all.flatMap((name) => {
      const double = doubleOf(name);
      return double in manifest.tensors ? [[name, double] as const] : [];
    }),
  );
  const doubles = new Set(recomputed.values());

  function values(name: string): Float64Array {
    const stored = tensors.get(name);
    if (!stored || !Object.hasOwn(manifest.tensors, name)) return fail(`expected tensor "${name}", got none`);
    touched.add(name);
    return Float64Array.from(stored.data as ArrayLike<number>);
  }

  return {
    manifest,
    config: manifest.config,
    checks,
    left,
    get untouched() {
      return all.filter((name) => !touched.has(name));
    },
    names: (pattern) => all.filter((name) => pattern.test(name) && !doubles.has(name)),
    has: (name) => Object.hasOwn(manifest.tensors, name),
    values,
    tensor: (name) => tensor(Float32Array.from(values(name)), [...manifest.tensors[name]!.shape], 'float32'),
    check(name, result, { ulps, way, scale = 0 } = {}) {
      const official = values(name);
      const double = recomputed.get(name);
      const reference = double === undefined ? official : values(double);
      const got: ArrayLike<number> = 'dataSync' in result ? result.dataSync() : result;
      const { f32_vs_f64_max_abs: officialError = 0 } = manifest.tensors[name]!;
      checks.push({
        name: way === undefined ? name : `${name} (${way})`,
        error: got.length === reference.length ? maxAbsDifference(got, reference) : Infinity,
        tolerance: toleranceOf(officialError, Math.max(scale, maxAbs(reference)), ulps),
      });
    },
    record: (name, error, tolerance) => void checks.push({ name, error, tolerance }),
    leave(pattern, reason) {
      const names = all.filter((name) => pattern.test(name) && !touched.has(name) && !doubles.has(name));
      for (const name of names) {
        touched.add(name);
        touched.add(recomputed.get(name) ?? name);
      }
      if (names.length > 0) left.push({ reason, names });
    },
  };
}

/**
 * `sigma` → `sigma_f64`, `y.0` → `y_f64.0`, `tol1e-3.sigma` → `tol1e-3.sigma_f64`: before a last
 * index.
 */
function doubleOf(name: string): string {
  return name.replace(/(\.\d+)?$/, '_f64$1');
}
