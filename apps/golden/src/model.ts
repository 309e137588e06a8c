import type { ImageFlow, ImageFlowConfig } from '@iresnet/model';
import type { GoldenCase } from './goldenCase';
import { isMultiScale, squeezesFirst, type ImageNetwork } from './imageNetwork';
import { load } from './layer';
import { kernelOf } from './layout';
import { listIn, numberIn, stringIn } from './manifest';
import { activationName } from './network';

/** The configuration of `imageFlow` for an official network whose weights are given as they are used. */
export function flowConfig(golden: GoldenCase): ImageFlowConfig {
  const { config } = golden;
  const [channels, h, w] = listIn(config, 'in_shape') as readonly [number, number, number];
  const [counts, strides, hidden] = ['nBlocks', 'nStrides', 'nChannels'].map((key) =>
    listIn(config, key),
  ) as [readonly number[], readonly number[], readonly number[]];
  return {
    shape: [h, w, channels],
    initialSqueeze: squeezesFirst(golden),
    padding: numberIn(config, 'inj_pad'),
    scales: counts.map((blocks, i) => ({ blocks, channels: hidden[i]!, squeeze: strides[i] === 2 })),
    multiScale: isMultiScale(golden),
    squeezeOrder: 'offset-major',
    activation: activationName(stringIn(config, 'nonlin')),
    // The weights are at their norm already.
    coefficient: null,
    actNorm: config['actnorm'] === true,
    logDet: { kind: 'exact' },
    prior: 'learned',
  };
}

/** Give an `imageFlow` the weights that the official network uses. */
export function loadFlow(golden: GoldenCase, network: ImageNetwork, model: ImageFlow): void {
  network.blocks.forEach(({ branch }, i) => {
    for (const [position, { map }] of branch.layers) {
      const weight = golden.tensor(`effective.${network.prefixes[i]}bottleneck_block.${position}.weight`);
      const values = { kernel: kernelOf(weight), bias: map.params['bias']! };
      load(
        model.blocks[i]!.params,
        Object.fromEntries(Object.entries(values).map(([key, value]) => [`${position}.${key}`, value])),
      );
    }
  });
  const normalisations = network.blocks.map(({ normalisation }) => normalisation?.params ?? {});
  for (const key of ['logScale', 'shift', 'initialized']) {
    Object.entries(model.params)
      .filter(([name]) => name.endsWith(`.${key}`))
      .forEach(([, variable], i) => load({ [key]: variable }, { [key]: normalisations[i]![key]! }));
  }
  load(model.base.params, network.prior.params);
}
