/** The element of the page with an id. */
export const element = <E extends HTMLElement = HTMLElement>(id: string): E =>
  document.getElementById(id) as E;
export const input = (id: string): HTMLInputElement => element<HTMLInputElement>(id);
export const select = (id: string): HTMLSelectElement => element<HTMLSelectElement>(id);

/** Tell the visitor something; null takes it away. */
export function notice(words: string | null, alarm = false): void {
  const box = element('notice');
  box.hidden = words === null;
  box.textContent = words;
  box.classList.toggle('alarm', alarm);
}

/** Give a list its options, unless it has them: [value, text]. */
export function fill(list: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  if (
    list.options.length === options.length &&
    options.every(([, text], k) => list.options[k]!.text === text)
  )
    return;
  list.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}
