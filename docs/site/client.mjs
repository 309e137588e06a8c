// In every page: the field above takes a query and lists pages. The index is loaded when the field
// is first used.
import MiniSearch from 'minisearch';
import { showLive } from './live.mjs';
import { enableRunning } from './runButton.mjs';
import { find, indexOptions } from './search.mjs';

const base = document.documentElement.dataset.base ?? './';
const box = document.getElementById('find');
const [field, list] = [box.querySelector('input'), document.getElementById('found')];
let index;

function load() {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script'); // works from a file too, where fetch does not
    script.src = `${base}assets/find-index.js`;
    script.onload = () => resolve(MiniSearch.loadJSON(window.findIndex, indexOptions));
    script.onerror = reject;
    document.head.append(script);
  });
  return index;
}

async function show() {
  const query = field.value;
  const results = query.trim() ? find(await load(), query) : [];
  if (query !== field.value) return;
  list.replaceChildren(
    ...results.map(({ title, place, url }, i) => {
      const [item, under] = ['a', 'small'].map((name) => document.createElement(name));
      Object.assign(item, {
        id: `found-${i}`,
        role: 'option',
        ariaSelected: 'false',
        href: base + url,
        tabIndex: -1,
      });
      under.textContent = place;
      item.append(title, under);
      return item;
    }),
  );
  const nothing = query.trim() !== '' && results.length === 0;
  box.querySelector('[role=status]').textContent = nothing ? 'Nothing found' : '';
  list.hidden = results.length === 0;
  field.ariaExpanded = String(!list.hidden);
  select(0);
}

function select(at) {
  const items = [...list.children];
  items.forEach((item, i) => (item.ariaSelected = String(i === at)));
  field.setAttribute('aria-activedescendant', items[at]?.id ?? '');
  items[at]?.scrollIntoView({ block: 'nearest' });
}

field.addEventListener('focus', load);
field.addEventListener('input', show);
field.addEventListener('keydown', (event) => {
  const items = [...list.children];
  const at = items.findIndex((item) => item.ariaSelected === 'true');
  if (event.key === 'ArrowDown') select(Math.min(at + 1, items.length - 1));
  else if (event.key === 'ArrowUp') select(Math.max(at - 1, 0));
  else if (event.key === 'Enter') items[at]?.click();
  else if (event.key === 'Escape') list.hidden = true;
  else return;
  event.preventDefault();
});
document.addEventListener('click', (event) => {
  if (!box.contains(event.target)) list.hidden = true;
});
document.addEventListener(
  'keydown',
  (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    const wanted = (event.key === '/' && !typing) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!wanted) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the search of the theme listens too
    field.focus();
  },
  true,
);
showLive(base);
enableRunning(base);
// What is wider than its place takes the focus, so that the keyboard can scroll it. The theme hides
// the page at first, so that nothing has a width then.
const widths = new ResizeObserver((changes) => {
  for (const { target } of changes)
    if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
});
for (const wide of document.querySelectorAll('.tsd-typography table, .formula, pre, math[display="block"]'))
  if (wide.localName === 'math') wide.setAttribute('tabindex', '0');
  else widths.observe(wide);
