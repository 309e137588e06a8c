import { tensor, tidy } from '@tensorflow/tfjs-core';
import { IResNetError, noGrad, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { ImageIResNet, IResNet } from '../network';
import { officialPlaces } from './places';
import { withoutDataParallel, type OfficialTensor, type OfficialTensors } from './tensors';

/** The outcome of {@link loadOfficialState}. */
export interface OfficialLoad {
  /**
   * Names of tensors that the model can do without: counters, logged norms, those of a head or a
   * prior that it does not have.
   */
  readonly ignored: readonly string[];
}

/** Names of tensors that decide nothing: the norm logged last, the weight used last, a counter. */
const SILENT = /(\.weight_sigma|bottleneck_block\.\d+\.weight|\.num_batches_tracked)$/;

/**
 * Set the parameters of a model from the state_dict of an official i-ResNet. The model then gives
 * the same latents, densities and class scores.
 *
 * Images become NHWC, kernels HWIO, latents and prior HWC. Each weight is stored as the official
 * network uses it in evaluation: W/(max(1, uᵀWv/c) + ε) with the stored u and v, and ε = 1e-5 for
 * 3×3 kernels and 0 for 1×1. It is used like that until something changes it.
 *
 * Its true norm may be above c, since the official code makes only one to five steps of power
 * iteration in each training step, and measures blocks that squeeze at the image size before the
 * squeeze. Further training normalizes it by our power iteration at the true size.
 * `enforceBounds` makes c a proven bound.
 *
 * @param model - Of a configuration that fits, such as that of `officialConfig`. Its coefficient
 * must be that of the official training.
 * @param tensors - The state_dict, with the keys of PyTorch, with or without `module.` in front.
 * @param where - The file, for the message.
 * @throws IResNetError (data) that lists every tensor that is missing, has another shape, is not
 * finite or is not known. Nothing is changed then. (argument) for a model that the official code
 * cannot build.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { iResNet } from '@iresnet/model';
 * import { loadOfficialState, officialConfig } from '@iresnet/model/official';
 * import type { OfficialTensors } from '@iresnet/model/official';
 *
 * // With @iresnet/checkpoint: parseSafetensors(await readFile('official.safetensors')).tensors
 * const importOfficial = (tensors: OfficialTensors) => {
 *   const model = iResNet(officialConfig(tensors, { shape: [32, 32, 3] }), createRng(0));
 *   loadOfficialState(model, tensors);
 *   return model;
 * };
 * try {
 *   importOfficial(new Map());
 * } catch (error) {
 *   // … expected "stack.N.bottleneck_block.0.weight_orig" …, got none
 *   console.log((error as Error).message);
 * }
 * ```
 *
 * @see https://github.com/jhjacobsen/invertible-resnet
 */
export function loadOfficialState(
  model: IResNet,
  tensors: OfficialTensors,
  where = 'model.loadOfficialState',
): OfficialLoad {
  ensure(
    model.kind === 'image',
    'model.loadOfficialState',
    () => 'expected a model of images, got one of vectors',
  );
  const state = withoutDataParallel(tensors);
  const places = officialPlaces(model);
  const known = new Map(places.flatMap(({ shapes }) => Object.entries(shapes)));
  const problems = [...known].flatMap(([name, shape]) => problemOf(name, shape, state.get(name)));
  const rest = [...state.keys()].filter((name) => !known.has(name));
  const ignorable = (name: string): boolean =>
    SILENT.test(name) ||
    (!model.head && /^(bn1|logits)\./.test(name)) ||
    (!learnsPrior(model) && /^prior_/.test(name));
  problems.push(...rest.filter((name) => !ignorable(name)).map((name) => `unknown tensor "${name}"`));
  if (problems.length > 0) throw new IResNetError('data', where, problems.join('; '), { problems });
  for (const { shapes, assign } of places) {
    noGrad(() =>
      tidy(() => {
        const read = (name: string, shape: Shape) => tensor(valuesOf(state.get(name)!), [...shape]);
        assign(Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, read(name, shape)])));
      }),
    );
  }
  return { ignored: rest };
}

function valuesOf({ data }: OfficialTensor): Float32Array {
  return Float32Array.from(data as ArrayLike<number>, Number);
}

function problemOf(name: string, shape: Shape, found: OfficialTensor | undefined): string[] {
  if (!found) return [`missing tensor "${name}" [${shape}]`];
  if (found.shape.join() !== shape.join())
    return [`tensor "${name}": expected [${shape}], got [${found.shape}]`];
  if (!valuesOf(found).every(Number.isFinite))
    return [`tensor "${name}": expected finite values, got NaN or infinity`];
  return [];
}

function learnsPrior({ flow }: ImageIResNet): boolean {
  return Object.keys(flow.base.params).length > 0;
}
