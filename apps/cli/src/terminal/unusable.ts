import { unusableText, type NamedUnusable } from '@iresnet/pipeline/run';
import type { Output } from './output';

/** Examples that are named in a warning. */
const NAMED = 3;

/** Collects the examples of a command that could not be judged, and warns of them at its end. */
export function unusableNotes(output: Output, what: string, verb?: string) {
  const first: NamedUnusable[] = [];
  let count = 0;
  return {
    add(found: NamedUnusable): void {
      count++;
      if (first.length < NAMED) first.push(found);
    },
    warn(total: number, consequence: string): void {
      if (count > 0) output.warn(`${unusableText(what, count, total, first, verb)}. ${consequence}`);
    },
  };
}

/** Where the examples that `score` could not judge stand in what it writes. */
export function placeOfUnusable(rank: boolean): string {
  return rank ? 'They rank first.' : 'They stand in their place, without a finite score.';
}
