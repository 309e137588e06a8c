import { element } from './elements';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Let the button change between light and dark, and call `changed` whenever the colours do. */
export function onThemeChange(changed: () => void): void {
  element('theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    const next = (dataset['theme'] ?? (dark.matches ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
    dataset['theme'] = next;
    try {
      localStorage.setItem('theme', next);
    } catch {
      // A page without storage forgets it.
    }
    changed();
  });
  dark.addEventListener('change', changed);
}
