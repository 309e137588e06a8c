import { element } from './elements';

/** The direction of each arrow. */
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Space plays and pauses, a full stop makes one step, and the arrows move the point. */
export function takeKeys(move: (across: number, up: number) => void): void {
  addEventListener('keydown', (event) => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && target.closest('input, select, button, a, summary')) return;
    const arrow = arrows[event.key];
    if (event.key === ' ') element('play').click();
    else if (event.key === '.') element('step').click();
    else if (arrow) move(...arrow);
    else return;
    event.preventDefault();
  });
}
