import { element, input } from './elements';

/** Milliseconds of the way from data to latent, and of the rest at each end. */
const [WAY, REST] = [5200, 1400];

/** The place on the path, which moves by itself or stays where it was put. */
export interface Motion {
  /** Draw at the place again, which may have another name now. */
  refresh(): void;
  /** Stand still at a place, or move by itself: null. */
  set(place: number | null): void;
  /** The place now, from 0 to 1. */
  place(): number;
}

/** What the page does with a place. */
interface MotionEvents {
  /** Draw at a place. Gives the name of the place. */
  readonly moved: (place: number) => string;
  /** The visitor stopped at a place, or let it move: null. */
  readonly chosen: (place: number | null) => void;
}

/** Let the slider of the path and its button move the views. */
export function createMotion({ moved, chosen }: MotionEvents): Motion {
  const slider = input('path');
  const button = element('sweep');
  let fixed = false;
  let [from, turn] = [0, 0];
  let written = '';

  const draw = (place: number): void => {
    const name = moved(place);
    slider.value = String(place);
    // Text that is set is laid out again, also where it is the same.
    if (name === written) return;
    written = name;
    slider.setAttribute('aria-valuetext', name);
    element('place').textContent = name;
  };
  const sweep = (now: number, mine: number): void => {
    if (fixed || mine !== turn) return;
    from ||= now;
    const time = (now - from) % (2 * (WAY + REST));
    const along = time < WAY + REST ? time : 2 * (WAY + REST) - time;
    const share = Math.min(1, Math.max(0, (along - REST / 2) / WAY));
    draw(share * share * (3 - 2 * share));
    requestAnimationFrame((next) => {
      sweep(next, mine);
    });
  };
  const motion: Motion = {
    refresh() {
      draw(motion.place());
    },
    place: () => Number(slider.value),
    set(place) {
      fixed = place !== null;
      button.textContent = fixed ? '▶' : '❚❚';
      button.setAttribute('aria-label', fixed ? 'Move along the path' : 'Stop on the path');
      if (place !== null) {
        draw(place);
        return;
      }
      from = 0;
      const mine = ++turn;
      requestAnimationFrame((now) => {
        sweep(now, mine);
      });
    },
  };
  slider.addEventListener('input', () => {
    chosen(motion.place());
  });
  button.addEventListener('click', () => {
    chosen(fixed ? null : Number(motion.place().toFixed(3)));
  });
  return motion;
}
