/** A number as a spreadsheet writes it. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A cell of a CSV file: numbers as they are; other text quoted where it must be, and never a
 * formula for a spreadsheet.
 *
 * Text that a spreadsheet would calculate gets a leading apostrophe, also behind blanks, which it
 * skips.
 */
export function csvCell(value: number | string): string {
  if (typeof value === 'number' || NUMBER.test(value)) return String(value);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return quotedCell(text);
}

/** A cell as it is, quoted where it must be. */
export function quotedCell(text: string): string {
  return /[",;\t\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of a CSV file. */
export function csvLine(cells: readonly (number | string)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}
