import type { GoldenCase } from './goldenCase';
import type { Manifest } from './manifest';
import { activationNormalisation } from './kinds/activationNormalisation';
import { activations } from './kinds/activations';
import { convBlock } from './kinds/convBlock';
import { denseDensity } from './kinds/denseDensity';
import { imageClassifier } from './kinds/imageClassifier';
import { imageDensity } from './kinds/imageDensity';
import { inducedNorm } from './kinds/inducedNorm';
import { lipSwishDerivatives } from './kinds/lipSwishDerivatives';
import { neumannGradient } from './kinds/neumannGradient';
import { padAndSplit } from './kinds/padAndSplit';
import { roulette } from './kinds/roulette';
import { softSpectralNorm } from './kinds/softSpectralNorm';
import { squeezes } from './kinds/squeezes';

/** One kind of case: how to know it by its content, and how to compute it with the packages. */
export interface Kind {
  /** For `--only`. */
  readonly name: string;
  /** Whether a manifest is of this kind, by its configuration and tensors; never by its name. */
  matches(manifest: Manifest): boolean;
  /** Why a case of this kind cannot run, or undefined when it can. */
  unable(manifest: Manifest): string | undefined;
  /** Compute everything that the case holds and compare. Runs in a tidy. */
  run(golden: GoldenCase): void;
}

/** Every kind, most particular first: the first that matches takes the case. */
export const kinds: readonly Kind[] = [
  softSpectralNorm,
  inducedNorm,
  denseDensity,
  lipSwishDerivatives,
  roulette,
  neumannGradient,
  activations,
  activationNormalisation,
  convBlock,
  imageDensity,
  imageClassifier,
  squeezes,
  padAndSplit,
];
