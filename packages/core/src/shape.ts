/** Shape of one example, without the batch axis. */
export type Shape = readonly number[];

/** Number of values of one example. */
export function eventSize(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}
