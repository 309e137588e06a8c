/** An example that could not be judged, by its name: `row 8`. */
export interface NamedUnusable {
  readonly name: string;
  readonly reason: string;
}

/** Examples that are named in a warning. */
const NAMED = 3;

/** `2 of 60 rows cannot be judged: row 8, column 'alpha': 1e+39 is … deviations off; row 24, …`. */
export function unusableText(
  what: string,
  count: number,
  total: number,
  first: readonly NamedUnusable[],
  verb = 'judged',
): string {
  const shown = first.slice(0, NAMED).map(({ name, reason }) => `${name}, ${reason}`);
  return `${count} of ${total} ${what} cannot be ${verb}: ${shown.join('; ')}${count > shown.length ? '; …' : ''}`;
}
