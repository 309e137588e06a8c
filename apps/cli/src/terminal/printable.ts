/**
 * A message with its control characters written out, for it may quote a file, and a terminal would
 * obey them; the lines of a list, which begin with blanks, stay.
 */
export function printable(message: string): string {
  return message.replaceAll(/\n(?! {2})|(?!\n)\p{Cc}/gu, escaped);
}

/** Text of several lines with all other control characters written out. */
export function printableText(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, escaped);
}

function escaped(char: string): string {
  return `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`;
}
