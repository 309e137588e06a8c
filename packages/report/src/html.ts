/**
 * Only this file can mark a text as markup: JSON has no symbols, so no data of a report can claim
 * to be safe.
 */
const MARKUP: unique symbol = Symbol('markup');

/** Text that is markup already. {@link html} escapes all other text. */
export interface Html {
  readonly [MARKUP]: string;
}

/**
 * The values that {@link html} can insert. Arrays are joined; `undefined` and `false` insert
 * nothing.
 */
export type Content = Html | string | number | false | undefined | readonly Content[];

/** Mark a text as markup. It goes into the page as it is, so it must not hold text of a user. */
export function asMarkup(text: string): Html {
  return { [MARKUP]: text };
}

/** The text of a piece of markup. */
export function textOf(markup: Html): string {
  return markup[MARKUP];
}

/**
 * A template of markup. It escapes each value that is not {@link Html}. Attributes must be in
 * quotes.
 */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return asMarkup(String.raw({ raw: parts }, ...contents.map(escaped)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'object') return MARKUP in content ? content[MARKUP] : content.map(escaped).join('');
  // HTML has no control characters but blanks.
  return String(content)
    .replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
