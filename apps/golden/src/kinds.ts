import { activationNormalisation } from './kinds/activationNormalisation';
import { activations } from './kinds/activations';
import { convBlock } from './kinds/convBlock';
import { denseDensity } from './kinds/denseDensity';
import { imageClassifier } from './kinds/imageClassifier';
import { imageDensity } from './kinds/imageDensity';
import { inducedNorm } from './kinds/inducedNorm';
import type { Kind } from './kinds/kind';
import { lipSwishDerivatives } from './kinds/lipSwishDerivatives';
import { neumannGradient } from './kinds/neumannGradient';
import { padAndSplit } from './kinds/padAndSplit';
import { roulette } from './kinds/roulette';
import { softSpectralNorm } from './kinds/softSpectralNorm';
import { squeezes } from './kinds/squeezes';

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
