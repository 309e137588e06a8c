import { writeFileAtomic } from '@iresnet/checkpoint/node';

/** Where a command writes: data to stdout, everything else to stderr. */
export interface Output {
  /** Print data. */
  data(text: string): void;
  /** Tell a person; silent under `--quiet`. */
  log(text: string): void;
  readonly quiet: boolean;
}

/** The process's own streams. A reader that closes the pipe early (`| head`) ends the program without a word. */
export function processOutput(quiet: boolean): Output {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    data: (text) => process.stdout.write(text),
    log: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
    quiet,
  };
}

/** Write data to a file, whole or not at all, or to stdout. */
export async function writeResult(output: Output, file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    output.data(text);
    return;
  }
  await writeFileAtomic(file, text);
  output.log(`wrote ${file}`);
}

/** A cell of a CSV file: numbers as they are; text quoted where it must be, and never a formula for a spreadsheet. */
export function csvCell(value: number | string): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of a CSV file. */
export function csv(header: readonly string[], rows: Iterable<readonly (number | string)[]>): string {
  const lines = [header.map(csvCell).join(',')];
  for (const row of rows) lines.push(row.map(csvCell).join(','));
  return `${lines.join('\n')}\n`;
}
