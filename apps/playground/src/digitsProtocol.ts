/** Levels of the 64 pixels of a digit, 0 (paper) to 16 (ink). */
type Pixels = readonly number[];

/** What the network of digits is asked. */
export type DigitsQuestion =
  | { readonly what: 'open' }
  | { readonly what: 'judge'; readonly pixels: Pixels }
  | { readonly what: 'draw'; readonly digit: number; readonly seed: number; readonly temperature: number }
  | { readonly what: 'way'; readonly from: Pixels; readonly to: Pixels };

/** What it answers. */
export type DigitsAnswer =
  | {
      readonly what: 'opened';
      readonly examples: readonly Pixels[];
      /** Bits per pixel of real digits, the least first. */
      readonly usual: readonly number[];
    }
  | {
      readonly what: 'judged';
      readonly bits: number;
      readonly probabilities: readonly number[];
      readonly latent: readonly number[];
      readonly back: Pixels;
      /** The largest error of a pixel after the way there and back; the range of a pixel is 1. */
      readonly error: number;
      readonly evaluations: number;
    }
  | { readonly what: 'drawn'; readonly pixels: Pixels }
  | { readonly what: 'went'; readonly way: readonly Pixels[] };
