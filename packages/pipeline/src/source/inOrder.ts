/**
 * The items of a sequence by their step, without going over it again as long as the steps come in
 * order.
 */
export function inOrder<T>(from: (step: number) => Iterator<T, never>): (step: number) => T {
  let next = -1;
  let sequence: Iterator<T, never> | undefined;
  return (step) => {
    if (sequence === undefined || step !== next) sequence = from(step);
    next = step + 1;
    return sequence.next().value;
  };
}
