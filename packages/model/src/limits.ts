/**
 * How large a network may be. The numbers are far beyond any use: they keep a configuration that is
 * wrong, or made to harm, from costing time or memory.
 */
export const limits = {
  /** Values of one example: 4096 × 4096 pixels. */
  eventSize: 2 ** 24,
  /** Residual blocks, of a flow or of a scale. */
  blocks: 10_000,
  /** Values of a vector, and the width or the channels of a layer. */
  width: 2 ** 20,
  /** Hidden layers of a block, and scales of a flow. */
  layers: 64,
  /** Classes of a head. */
  classes: 2 ** 20,
} as const;
