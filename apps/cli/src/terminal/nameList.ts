import { InvalidArgumentError } from 'commander';

/** A name in quotes, or up to the next comma. */
const NAME = /\s*(?:"((?:[^"]|"")*)"\s*|([^,"]*))(,|$)/y;

/** Names with commas between them; one that has a comma itself stands in quotes: `"a, b",c`. */
export function nameList(text: string): string[] {
  const names: string[] = [];
  for (NAME.lastIndex = 0; ;) {
    const found = NAME.exec(text);
    const name = (found?.[1]?.replaceAll('""', '"') ?? found?.[2] ?? '').trim();
    if (!found || name === '')
      throw new InvalidArgumentError('Expected names with commas between them; quote a name with a comma.');
    names.push(name);
    if (found[3] === '') return names;
  }
}
