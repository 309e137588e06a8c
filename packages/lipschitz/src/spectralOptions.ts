/** How a weight is held to its bound. */
export interface SpectralOptions {
  /**
   * c: the norm of the effective weight is at most c, up to the error of power iteration. Default
   * 0.9. Infinity switches the bound off, and with ε = 0 all iteration.
   */
  readonly coefficient?: number;
  /** Relative tolerance of the power iteration. Default 1e-3. */
  readonly rtol?: number;
  /** Most power iterations after one change of the weight. Default 50. */
  readonly maxSteps?: number;
  /**
   * How many singular vectors the iteration follows. Default 2: when the second singular value
   * passes the first in the course of training, σ follows at once. 1 is the power iteration of the
   * papers, whose σ then lags for 60 to 100 steps.
   */
  readonly vectors?: number;
  /**
   * ε in W / (max(1, σ/c) + ε). Default 0; the official i-ResNet code has 1e-5 for its 3×3
   * convolutions.
   */
  readonly epsilon?: number;
}

/** The names in {@link SpectralOptions}. */
export const spectralOptionNames = {
  coefficient: true,
  rtol: true,
  maxSteps: true,
  vectors: true,
  epsilon: true,
} as const;

/** The spectral options among others. */
export function spectralOptionsOf(options: SpectralOptions): SpectralOptions {
  const names = Object.keys(spectralOptionNames) as (keyof SpectralOptions)[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
