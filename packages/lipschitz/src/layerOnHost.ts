import { noGrad, type HostKit, type HostMap } from '@iresnet/core';
import type { Layer, LinearLayer } from './layer';

/** A single layer on the host; undefined where its products cost too much, or its slope jumps. */
export function layerOnHost(layer: Layer, kit: HostKit): HostMap | undefined {
  if (layer.kind === 'linear') return linearOnHost(layer, kit);
  const { exact, smoothness, lipschitz } = layer.formula;
  return exact && smoothness !== undefined ? kit.elementwise(exact, smoothness, lipschitz) : undefined;
}

function linearOnHost({ family, weight, bias }: LinearLayer, kit: HostKit): HostMap | undefined {
  const used = noGrad(() => weight());
  try {
    const products = family.at(used).onHost?.();
    if (!products || !family.terms) return undefined;
    const values = used.dataSync<'float32'>();
    const frobenius = Math.sqrt(values.reduce((total, value) => total + value * value, 0));
    return kit.linear(products, family.terms(used), frobenius * (1 + 2 ** -40), bias()?.dataSync());
  } finally {
    used.dispose();
  }
}
