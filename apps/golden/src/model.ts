import { createRng } from '@iresnet/core';
import { iResNet, type IResNet } from '@iresnet/model';
import { loadOfficialState, officialConfig } from '@iresnet/model/official';
import type { GoldenCase } from './goldenCase';
import { listIn, numberIn, stringIn } from './manifest';
import { activationName } from './network';

/**
 * The same network as the packages import and assemble it: configuration and parameters from the
 * official state.
 */
export function importedModel(golden: GoldenCase): IResNet {
  const { config, manifest } = golden;
  const [channels, h, w] = listIn(config, 'in_shape') as readonly [number, number, number];
  const tensors = new Map(
    golden.names(/^state\./).map((name) => {
      const { shape } = manifest.tensors[name]!;
      return [name.slice('state.'.length), { shape, data: golden.values(name) }];
    }),
  );
  const derived = officialConfig(tensors, {
    shape: [h, w, channels],
    coefficient: numberIn(config, 'coeff'),
    activation: activationName(stringIn(config, 'nonlin')),
  });
  const model = iResNet(derived, createRng(0));
  loadOfficialState(model, tensors);
  return model;
}
