/**
 * Weights of the official PyTorch code of i-ResNets
 * (https://github.com/jhjacobsen/invertible-resnet).
 *
 * {@link officialConfig} reads the architecture from the shapes of a state_dict, and
 * {@link loadOfficialState} takes over the weights:
 *
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { iResNet } from '@iresnet/model';
 * import { loadOfficialState, officialConfig } from '@iresnet/model/official';
 * import type { OfficialTensors } from '@iresnet/model/official';
 *
 * // With @iresnet/checkpoint: parseSafetensors(await readFile('official.safetensors')).tensors
 * function importOfficial(tensors: OfficialTensors) {
 *   const model = iResNet(officialConfig(tensors, { shape: [32, 32, 3] }), createRng(0));
 *   loadOfficialState(model, tensors);
 *   return model;
 * }
 * ```
 *
 * @packageDocumentation
 */
export { officialConfig, type OfficialConfigOptions } from './official/officialConfig';
export { loadOfficialState, type OfficialLoad } from './official/loadOfficialState';
export type { OfficialTensor, OfficialTensors } from './official/tensors';
