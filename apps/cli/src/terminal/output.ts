import { IResNetError } from '@iresnet/core';
import { writeFileAtomic, type FileContent } from '@iresnet/checkpoint/node';
import { toNpy, writtenForm, type WrittenForm } from '@iresnet/datasets';
import { encodeRecords, type Records } from '@iresnet/datasets/node';
import { printable, printableText } from './printable';
import { stoppable } from './stoppable';

/** Where a command writes: data to stdout, everything else to stderr. */
export interface Output {
  /** Print data; resolves when the reader has taken it. */
  data(text: string): Promise<void>;
  /** Tell a person; silent under `--quiet`. */
  log(text: string): void;
  /** Tell a person what they must know of their result, under `--quiet` too. */
  warn(text: string): void;
  readonly quiet: boolean;
}

/** The process's own streams. */
export function processOutput(quiet = false): Output {
  return {
    data: (text) => {
      // Files and other programs get every byte; a terminal would obey control characters.
      const shown = process.stdout.isTTY ? printableText(text) : text;
      return new Promise((resolve) => process.stdout.write(shown, () => resolve()));
    },
    log: (text) => {
      const [, space = '', message = ''] = /^(\n?)([^]*)$/.exec(text) ?? [];
      if (!quiet) process.stderr.write(`${space}${printable(message)}\n`);
    },
    warn: (text) => void process.stderr.write(`warning: ${printable(text)}\n`),
    quiet,
  };
}

/**
 * A reader that closes the pipe early (`| head`) ends the program without a word; what cannot be
 * written otherwise throws.
 */
export function watchStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw new IResNetError('data', 'standard output', `expected to write, got ${error.message}`);
  });
  process.stderr.on('error', () => undefined); // No one is listening.
}

/**
 * Write pieces of data as they come: to stdout, or to a file of which a reader sees all or nothing.
 */
export async function writeResult(
  output: Output,
  file: string | undefined,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (file !== undefined) return writeWhole(output, file, pieces);
  for await (const piece of pieces) if (piece !== '') await output.data(piece);
}

/**
 * The form of records by `--json` and the name of their file; it is asked for before they are
 * computed.
 */
export function recordsForm(file: string | undefined, json: boolean): WrittenForm {
  return writtenForm(file, json ? 'jsonl' : undefined, ['csv', 'jsonl', 'parquet']);
}

/** Write records to stdout or to a file. */
export async function writeRecords(
  output: Output,
  file: string | undefined,
  form: WrittenForm,
  records: Records,
): Promise<void> {
  const pieces = encodeRecords(records, form);
  if (file !== undefined) return writeWhole(output, file, pieces);
  await writeResult(output, file, pieces as AsyncIterable<string>);
}

/** Write numbers that come in parts as an .npy file: `[n]`, or `[n, width]`. */
export async function writeNpy(
  output: Output,
  file: string,
  parts: AsyncIterable<Float64Array>,
  width?: number,
): Promise<void> {
  const all: Float64Array[] = [];
  for await (const part of parts) all.push(part);
  const values = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
  all.reduce((at, part) => (values.set(part, at), at + part.length), 0);
  const shape = width === undefined ? [values.length] : [values.length / width, width];
  await writeWhole(output, file, toNpy(values, shape));
}

/** Write a file, all or nothing. A signal leaves what was there before, and nothing beside it. */
export async function writeWhole(output: Output, file: string, content: FileContent): Promise<void> {
  await stoppable((signal) => writeFileAtomic(file, content, { signal }));
  output.log(`wrote ${file}`);
}
