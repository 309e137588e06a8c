import { element } from './elements';

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Let the button change between light and dark, and call `repaint` whenever the colours change or
 * a canvas is given back empty, as after a GPU was lost.
 */
export function onRepaint(repaint: () => void): void {
  element('theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    const next = (dataset['theme'] ?? (dark.matches ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
    dataset['theme'] = next;
    try {
      localStorage.setItem('theme', next);
    } catch {
      // A page without storage forgets it.
    }
    repaint();
  });
  dark.addEventListener('change', repaint);
  // The event does not bubble.
  addEventListener('contextrestored', repaint, { capture: true });
}
