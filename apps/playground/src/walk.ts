import { element, input } from './elements';
import type { FromWorker, Point } from './protocol';
import { written } from './view/svg';

type Walked = Extract<FromWorker, { kind: 'walked' }>;

/** What the ways between two points need of the page. */
interface WalkEvents {
  /** Ask for the ways between two points. */
  readonly ask: (ends: [Point, Point]) => void;
  /** Draw the ways; null where there are none. */
  readonly draw: (walked: Walked | null) => void;
  /** The visitor asked for ways, or for none. */
  readonly changed: () => void;
}

/**
 * The ways from one chosen point to the next: the straight one, and the one through the latent
 * space.
 */
export interface Walk {
  /** A point was chosen: the first one is where the way begins. */
  to(point: Point): void;
  show(walked: Walked): void;
  /** Begin anew, with the next point. */
  reset(): void;
}

export function createWalk({ ask, draw, changed }: WalkEvents): Walk {
  let from: Point | null = null;
  input('walk').addEventListener('change', () => {
    from = null;
    draw(null);
    element('walk-text').textContent = input('walk').checked ? 'Point to where the way shall end.' : '';
    changed();
  });
  return {
    to(point) {
      if (!input('walk').checked) return;
      from ??= point;
      ask([from, point]);
    },
    show(walked) {
      draw(walked);
      element('walk-text').textContent =
        `The straight line (dashed) goes down to ln p = ${written(walked.straight.least, 1)}, ` +
        `the way through the latent space to ${written(walked.latent.least, 1)}.`;
    },
    reset() {
      from = null;
    },
  };
}
