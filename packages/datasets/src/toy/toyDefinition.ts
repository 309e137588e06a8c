import type { Rng } from '@iresnet/core';

/** A distribution on the plane as its file states it; `toy2d` makes a `Toy2d` of it. */
export interface ToyDefinition {
  /** What it looks like, in a few words, for the catalogue. */
  readonly title: string;
  /** `bounds` is [−halfWidth, halfWidth]². */
  readonly halfWidth: number;
  /** Length on which the density changes: the quadrature step of the entropy is half of it. */
  readonly scale: number;
  /** One point. */
  draw(rng: Rng): readonly [number, number];
  /** log p at one point of finite coordinates, nats. */
  logDensityAt(x: number, y: number): number;
}
