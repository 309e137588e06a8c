import { element, input, select } from './elements';
import type { Estimated, Method } from './protocol';
import { TERMS } from './sizes';
import { drawEstimates, spread } from './view/estimates';
import { written } from './view/svg';

const words: Readonly<Record<Method, string>> = {
  series: 'The series breaks off, so it is wrong by the terms that are left out.',
  roulette: 'A coin decides how long the series goes on. On average it is right, but it scatters.',
  arnoldi: 'A small matrix stands for the large one. Here, with two columns, two terms are all there is.',
};

/** Milliseconds between two questions: an answer takes a tenth of a second or more. */
const BETWEEN = 800;

/** The panel of the estimators of ln |det|. */
export interface Volume {
  /** How it is to be estimated now; null while nobody looks, and soon after the last time. */
  due(): Method | null;
  show(estimated: Estimated): void;
}

/** Make the panel. `changed` asks for other estimates. */
export function createVolume(changed: () => void): Volume {
  const home = element('volume-view');
  let seen = false;
  let asked = -Infinity;
  let later: ReturnType<typeof setTimeout> | undefined;
  let last: Estimated | null = null;
  const method = (): Method => select('method').value as Method;
  const terms = (): number => TERMS[Number(input('terms').value)]!;
  const draw = (): void => {
    element('terms-text').textContent = String(terms());
    if (!last) return;
    drawEstimates(home.querySelector('.chart')!, last, terms());
    const draws = last.draws[TERMS.findIndex((t) => t === terms())]!;
    const { mean, deviation } = spread(draws);
    element('volume-text').textContent =
      `ln |det| at the point is ${written(last.exact)}. One draw with ${terms()} terms is off by ` +
      `${written(mean - last.exact, 2)} (± ${written(deviation / Math.sqrt(draws.length), 2)}) on average, ` +
      `and scatters by ${written(deviation, 2)} nats. ` +
      (last.proven ? words[last.method] : 'Where slopes are not below 1 the series need not end anywhere.');
  };
  input('terms').max = String(TERMS.length - 1);
  input('terms').addEventListener('input', draw);
  select('method').addEventListener('change', () => {
    asked = -Infinity;
    changed();
  });
  new ResizeObserver(draw).observe(home);
  new IntersectionObserver((entries) => {
    const now = entries.some((entry) => entry.isIntersecting);
    if (now && !seen) {
      seen = now;
      changed();
    }
    seen = now;
  }).observe(home);
  return {
    due() {
      if (!seen) return null;
      const rest = asked + BETWEEN - performance.now();
      clearTimeout(later);
      if (rest > 0) {
        later = setTimeout(changed, rest);
        return null;
      }
      asked = performance.now();
      return method();
    },
    show(next) {
      last = next;
      draw();
    },
  };
}
