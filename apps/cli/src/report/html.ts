/** Text that is markup already. Everything else that {@link html} puts in is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What {@link html} can put in: markup as it is, text and numbers escaped, arrays joined, `undefined` and `false` as nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markup(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === undefined || content === false) return '';
  if (typeof content === 'object') return content.map(markup).join('');
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A template of markup; what is put in is escaped unless it is {@link Html}. Attributes must be in quotes. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(String.raw({ raw: parts }, ...contents.map(markup)));
}
