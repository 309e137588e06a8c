/** A word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\w./,=@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Names with commas between them; one that has a comma itself stands in quotes: `"a, b",c`. */
export function listed(names: readonly string[]): string {
  return names.map((name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join();
}
