/** Give the visitor a file. */
export function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

/** What is said of a file that was given. */
export function savedWords(name: string): string {
  const base = name.replace(/\.\w+$/, '');
  if (name.endsWith('.ts')) return `${name} is saved. It trains this very network in Node, to the last bit.`;
  if (name.endsWith('.zip'))
    return `${name} is saved. Unzip it, and the command line opens the folder: iresnet eval ${base}`;
  return `${name} is saved. The command line opens it: iresnet score ${name} --data your.csv`;
}
