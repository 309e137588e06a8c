import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  customOp,
  delegate,
  type HostKit,
  type LaterGradient,
  type LinearOperator,
  type LipschitzMap,
  type Module,
  type Shape,
} from '@iresnet/core';
import { checkTensor, ensure, plus, plusTimes, times } from '@iresnet/core/internal';
import { diagonalFamily } from './families/diagonalFamily';
import type { OperatorFamily } from './families/operatorFamily';
import { sumOfRows } from './families/rows';
import type { Layer } from './layer';
import { layerOnHost } from './layerOnHost';
import { layerRounding, withRounding } from './rounding';
import { traceOf } from './trace';

/** A map that is a run of layers; `sequential` joins neighbours into one. */
export interface LayeredMap extends LipschitzMap {
  readonly layers: readonly Layer[];
}

/** Whether a map is a run of layers. */
export function isLayered(map: LipschitzMap): map is LayeredMap {
  return 'layers' in map;
}

/** A(W)h + b. */
function affineOf(family: OperatorFamily, weight: Tensor, bias: Tensor, h: Tensor): Tensor {
  return family.affine?.(weight, bias, h) ?? plus(family.at(weight).matvec(h), bias);
}

/** The tensors that a run computes with, fetched once per use: W of a linear layer, and b. */
interface Weights {
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
}

/**
 * f(x) for a run of layers, as one node of the tape: y and, when asked for, the slopes σ′ of its
 * activations.
 *
 * Forward and backward are written out: h ← A(W)h + b or h ← σ(h), and backwards h̄ ← A(W)ᵀh̄,
 * W̄ += pairing(h̄, h), or h̄ ← h̄ ⊙ σ′ + s̄ ⊙ σ″ with s̄ the cotangent of the slope.
 */
export function applyLayers(
  layers: readonly Layer[],
  x: Tensor,
  weights: readonly Weights[],
  withSlopes: boolean,
): { y: Tensor; slopes: readonly (Tensor | null)[] } {
  const inputs: Record<string, Tensor> = { x };
  weights.forEach(({ weight, bias }, i) => {
    if (weight) inputs[`weight${i}`] = weight;
    if (bias) inputs[`bias${i}`] = bias;
  });
  const activations = layers.flatMap((layer, i) => (layer.kind === 'elementwise' ? [i] : []));
  const outputs = customOp(
    inputs,
    () => {
      const path: Tensor[] = [x];
      const slopes: Tensor[] = [];
      layers.forEach((layer, i) => {
        const h = path[i]!;
        if (layer.kind === 'elementwise') {
          const y = layer.formula.value(h);
          path.push(y);
          if (withSlopes) slopes.push(layer.formula.slope(h, y));
        } else {
          layer.check(h);
          const { weight, bias } = weights[i]!;
          path.push(bias ? affineOf(layer.family, weight!, bias, h) : layer.family.at(weight!).matvec(h));
        }
      });
      const kept = weights.flatMap(({ weight }) => (weight ? [weight] : []));
      return { outputs: [path[layers.length]!, ...slopes], saved: [...path, ...kept, ...slopes] };
    },
    ([dy, ...dslopes], saved) => {
      const path = saved.slice(0, layers.length + 1);
      const rest = saved.slice(layers.length + 1);
      const kept = rest.splice(0, weights.filter(({ weight }) => weight).length);
      const gradients: Record<string, Tensor> = {};
      let dh = dy!;
      for (let i = layers.length - 1; i >= 0; i--) {
        const layer = layers[i]!;
        const h = path[i]!;
        if (layer.kind === 'elementwise') {
          const y = path[i + 1]!;
          const slope = withSlopes ? rest.pop()! : layer.formula.slope(h, y);
          const ds = withSlopes ? dslopes.pop()! : null;
          dh = times(dh, slope);
          if (ds && layer.formula.curvature) dh = plusTimes(dh, ds, layer.formula.curvature(h, y, slope));
        } else {
          const weight = kept.pop()!;
          gradients[`weight${i}`] = layer.family.pairing(weight, dh, h);
          const { bias } = weights[i]!;
          if (bias) gradients[`bias${i}`] = bias.rank > 1 ? dh.clone() : sumOfRows(dh);
          dh = layer.family.at(weight).rmatvec(dh);
        }
      }
      // A run without layers in front of it may hand dy through: the engine needs a tensor of its
      // own.
      gradients['x'] = dh === dy ? dh.clone() : dh;
      return gradients;
    },
  );
  const [y, ...slopes] = outputs;
  const byLayer: (Tensor | null)[] = layers.map(() => null);
  activations.forEach((i, j) => (byLayer[i] = slopes[j] ?? null));
  return { y: y!, slopes: byLayer };
}

/**
 * The Jacobian Aₙ ⋯ A₁ of a run of layers, each product one node of the tape.
 *
 * Backwards v̄ᵢ = Aᵢᵀ v̄ᵢ₊₁ and θ̄ᵢ = pairing(v̄ᵢ₊₁, vᵢ), and likewise for the transposed product
 * with u and v exchanged.
 */
function layersJacobian(
  layers: readonly Layer[],
  thetas: readonly Tensor[],
  inShape: Shape,
  outShape: Shape,
): LinearOperator {
  const families = layers.map((layer) => (layer.kind === 'linear' ? layer.family : diagonalFamily));
  const operators = families.map((family, i) => family.at(thetas[i]!));
  const inputs = (v: Tensor) =>
    Object.fromEntries([['v', v], ...thetas.map((theta, i) => [`theta${i}`, theta] as [string, Tensor])]);
  const along = (v: Tensor, order: readonly number[], transposed: boolean): Tensor =>
    customOp(
      inputs(v),
      () => {
        const path = [v];
        for (const i of order) {
          const at = path[path.length - 1]!;
          path.push(transposed ? operators[i]!.rmatvec(at) : operators[i]!.matvec(at));
        }
        const end = path.pop()!;
        return { outputs: [end], saved: [...path, ...thetas] };
      },
      ([dy], saved) => {
        const kept = saved.slice(order.length);
        const gradients: Record<string, Tensor | LaterGradient> = {};
        let d = dy!;
        for (let step = order.length - 1; step >= 0; step--) {
          const i = order[step]!;
          const at = saved[step]!;
          const theta = kept[i]!;
          const family = families[i]!;
          const operator = family.at(theta);
          gradients[`theta${i}`] = transposed ? family.pairing(theta, at, d) : family.pairing(theta, d, at);
          const back = (u: Tensor) => (transposed ? operator.matvec(u) : operator.rmatvec(u));
          // A probe is a constant: its gradient, the last product, is asked for only elsewhere.
          if (step === 0) gradients['v'] = { from: d, gradient: back };
          else d = back(d);
        }
        return gradients;
      },
    )[0]!;
  const forward = layers.map((_, i) => i);
  const backward = [...forward].reverse();
  const trace = traceOf(layers, thetas);
  return {
    inShape,
    outShape,
    ...(trace && { trace }),
    matvec: (v) => along(v, forward, false),
    rmatvec: (u) => along(u, backward, true),
  };
}

/** What is specific to a run of layers: its variables with their life cycle, and its bound. */
export interface LayeredOptions extends Module {
  /** A proven bound on the Lipschitz constant of the whole map. */
  lipschitzBound(): number;
}

/**
 * x ↦ fₙ(⋯ f₁(x)): a run of layers as one map, one node of the tape. Everything but the bound
 * follows from the layers, and `sequential` joins it with neighbours of the same kind.
 *
 * For a layer with a weight that is held to a bound, `spectralLayer` does it all.
 *
 * @param layers - First to last: `{ kind: 'linear', … }` or `{ kind: 'elementwise', formula }`.
 * @param options - The variables of the layers with their life cycle, and a proven Lipschitz bound.
 * @returns The map. A product with its Jacobian costs one with each layer.
 * @throws IResNetError for an empty run; from the methods, what `check` of a layer throws.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { layeredMap, matrixFamily } from '@iresnet/lipschitz';
 *
 * // A fixed rotation: the bound is known, and nothing is trained.
 * const rotation = tf.tensor2d([[0, 1], [-1, 0]]);
 * const weight = () => rotation.clone();
 * const turn = layeredMap(
 *   [{ kind: 'linear', family: matrixFamily, check: () => {}, weight, bias: () => null }],
 *   { params: {}, dispose: () => rotation.dispose(), lipschitzBound: () => 1 },
 * );
 * turn.apply(tf.tensor2d([[1, 0]])).print(); // [[0, 1]]
 * ```
 */
export function layeredMap(layers: readonly Layer[], options: LayeredOptions): LayeredMap {
  ensure(layers.length > 0, 'lipschitz.layeredMap', () => 'expected at least one layer, got none');
  const check = (x: Tensor) => {
    if (layers[0]!.kind === 'elementwise') checkTensor('lipschitz.elementwise', 'x', x);
  };
  const weights = (): Weights[] =>
    layers.map((layer) =>
      layer.kind === 'linear' ? { weight: layer.weight(), bias: layer.bias() } : { weight: null, bias: null },
    );
  // Of a longer run the bounds of its layers are not known; `sequential` asks its parts.
  const rounding = layers.length === 1 ? layerRounding(layers[0]!) : undefined;
  return {
    layers,
    ...delegate(options),
    lipschitzBound: () => options.lipschitzBound(),
    apply: (x) =>
      tidy(() => {
        check(x);
        return applyLayers(layers, x, weights(), false).y;
      }),
    ...(rounding && {
      applyWithRounding: withRounding((x: Tensor) => {
        check(x);
        return rounding(x);
      }),
    }),
    ...(layers.length === 1 && {
      onHost: (kit: HostKit) => layerOnHost(layers[0]!, kit),
    }),
    linearize(x) {
      check(x);
      const used = weights();
      const { y, slopes } = applyLayers(layers, x, used, true);
      const thetas = layers.map((_, i) => used[i]!.weight ?? slopes[i]!);
      return { y, jacobian: layersJacobian(layers, thetas, x.shape.slice(1), y.shape.slice(1)) };
    },
  };
}
