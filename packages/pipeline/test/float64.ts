/**
 * ln p of a stored model in float64, from its tensors alone: standardization, ActNorm, squeeze and
 * residual blocks of convolutions, exact log-determinants. A dense layer is a 1×1 convolution on
 * one pixel.
 */
import type { NamedTensors } from '@iresnet/checkpoint';
import type { IResNetConfig } from '@iresnet/model';
import { logAbsDet } from '@iresnet/testing';

type Values = Float64Array;

interface Conv {
  readonly kernel: Values;
  readonly bias: Values;
  readonly side: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Product with the kernel at each pixel of an image of `size` × `size`, zeros beyond its edge. */
function product({ kernel, side, inputs, outputs }: Conv, x: Values, size: number): Values {
  const y = new Float64Array(size * size * outputs);
  const half = (side - 1) / 2;
  for (let r = 0; r < size; r++)
    for (let c = 0; c < size; c++)
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++) {
          const [from, at] = [r + i - half, c + j - half];
          if (from < 0 || from >= size || at < 0 || at >= size) continue;
          for (let a = 0; a < inputs; a++)
            for (let b = 0; b < outputs; b++)
              y[(r * size + c) * outputs + b]! +=
                kernel[((i * side + j) * inputs + a) * outputs + b]! * x[(from * size + at) * inputs + a]!;
        }
  return y;
}

/** σ(x) and σ′(x) v of the activations that the stored models have. */
const activations: Readonly<Record<string, (x: Values, v: Values, channels: number) => [Values, Values]>> = {
  sin: (x, v) => [x.map(Math.sin), v.map((t, i) => t * Math.cos(x[i]!))],
  maxMin(x, v, channels) {
    const [y, w] = [x.slice(), v.slice()];
    for (let p = 0; p < x.length; p += channels)
      for (let m = 0; m < channels / 2; m++) {
        const [a, b] = [p + 2 * m, p + 2 * m + 1];
        const [most, least] = x[a]! >= x[b]! ? [a, b] : [b, a];
        [y[p + m], w[p + m]] = [x[most]!, v[most]!];
        [y[p + channels / 2 + m], w[p + channels / 2 + m]] = [x[least]!, v[least]!];
      }
    return [y, w];
  },
};

/** The model of a configuration: ln p of an example, nats. */
export function float64Model({ kind, flow }: IResNetConfig, tensors: NamedTensors) {
  const values = (name: string): Values => Float64Array.from(tensors.get(name)!.data as Float32Array);
  const prefix = tensors.has('flow.bijector.0.scale') || kind === 'image' ? 'flow.' : '';
  const names = [...tensors.keys()];
  const activation = activations[flow.activation as string]!;
  const c = flow.coefficient!;

  /** The layer under a name, its kernel divided by max(1, σ/c) with the stored vectors. */
  function layer(name: string, size: number): Conv {
    const { shape } = tensors.get(`${name}.kernel`)!;
    const [side, inputs, outputs] = [shape.length === 4 ? shape[0]! : 1, shape.at(-2)!, shape.at(-1)!];
    const raw = { kernel: values(`${name}.kernel`), bias: values(`${name}.bias`), side, inputs, outputs };
    const [u, v] = [values(`${name}.u`), values(`${name}.v`)];
    const image = product(raw, v, side === 1 ? 1 : size);
    const sigma =
      image.reduce((sum, value, i) => sum + value * u[i]!, 0) / (Math.hypot(...u) * Math.hypot(...v));
    return { ...raw, kernel: raw.kernel.map((w) => w / Math.max(1, sigma / c)) };
  }

  /** x + g(x) and ln|det(I + J)|. */
  function block(name: string, x: Values, size: number): { y: Values; logDet: number } {
    const layers = [0, 2, 4]
      .filter((i) => names.includes(`${name}.${i}.kernel`))
      .map((i) => layer(`${name}.${i}`, size));
    const branch = (tangent: Values): [Values, Values] => {
      let [h, v] = [x, tangent];
      layers.forEach((conv, i) => {
        if (i > 0) [h, v] = activation(h, v, conv.inputs);
        h = product(conv, h, size).map((value, k) => value + conv.bias[k % conv.outputs]!);
        v = product(conv, v, size);
      });
      return [h, v];
    };
    const unit = (k: number): Values => x.map((_, i) => (i === k ? 1 : 0));
    const columns = Array.from(x, (_, k) => branch(unit(k))[1].map((t, i) => t + (i === k ? 1 : 0)));
    return {
      y: branch(x)[0].map((g, i) => g + x[i]!),
      logDet: logAbsDet(columns.map((column) => Array.from(column))),
    };
  }

  return (example: ArrayLike<number>): number => {
    let x: Values = Float64Array.from(example);
    let total = 0;
    let size = 1;
    if (kind === 'dense') {
      const { mean, deviation } = flow.standardize!;
      x = x.map((value, i) => (value - mean[i]!) / deviation[i]!);
      total -= deviation.reduce((sum, s) => sum + Math.log(s), 0);
    } else {
      // Four pixels become the channels of one, row by row.
      [size] = flow.shape.map((n) => n / 2) as [number];
      const whole = x;
      x = x.map((_, k) => {
        const [r, col, at] = [Math.floor(k / (4 * size)), Math.floor(k / 4) % size, k % 4];
        return whole[(2 * r + (at >> 1)) * 2 * size + 2 * col + (at & 1)]!;
      });
    }
    const parts = new Set(
      names.flatMap(
        (name) => /^(.*bijector\.(?:0\.0\.0\.)?\d+)\.(?:logScale|0\.kernel)$/.exec(name)?.[1] ?? [],
      ),
    );
    for (const part of parts) {
      if (!names.includes(`${part}.logScale`)) {
        const { y, logDet } = block(part, x, size);
        x = y;
        total += logDet;
        continue;
      }
      const [s, t] = [values(`${part}.logScale`), values(`${part}.shift`)];
      x = x.map((value, i) => value * Math.exp(s[i % s.length]!) + t[i % s.length]!);
      total += (x.length / s.length) * s.reduce((sum, value) => sum + value, 0);
    }
    const learned = names.includes(`${prefix}base.mean`);
    const [mean, logStd] = learned
      ? [values(`${prefix}base.mean`), values(`${prefix}base.logStd`)]
      : [[], []];
    const terms = x.map((value, i) => {
      const z = (value - (mean[i] ?? 0)) / Math.exp(logStd[i] ?? 0);
      return -0.5 * z * z - (logStd[i] ?? 0) - 0.5 * Math.log(2 * Math.PI);
    });
    return terms.reduce((sum, term) => sum + term, total);
  };
}
