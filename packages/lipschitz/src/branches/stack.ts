import type { LipschitzMap } from '@iresnet/core';
import { activation, activationWidening } from '../activations/spec';
import { sequential } from '../sequential';
import { firstInputs, layerOf, type HiddenOptions } from './options';

/**
 * [σ –] layer – σ – … – σ – layer through the hidden widths and back to the shape.
 *
 * @param kernelSize - The taps of a convolution by the index of its layer, of `layers` in all.
 */
export function stack(
  options: HiddenOptions,
  kernelSize: (index: number, layers: number) => number,
): LipschitzMap {
  const { shape, hidden, firstActivation = false } = options;
  const wider = activationWidening(options.activation);
  const outputs = [...hidden, shape[shape.length - 1]!];
  const parts: LipschitzMap[] = firstActivation ? [activation(options.activation)] : [];
  outputs.forEach((width, i) => {
    if (i > 0) parts.push(activation(options.activation));
    const inputs = i > 0 ? wider * outputs[i - 1]! : firstInputs(options);
    parts.push(layerOf(options, i, { inputs, outputs: width }, kernelSize(i, outputs.length)));
  });
  return sequential(...parts);
}
