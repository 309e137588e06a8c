import { IResNetError } from '@iresnet/core';
import { writeFileAtomic } from '@iresnet/checkpoint/node';

/** Where a command writes: data to stdout, everything else to stderr. */
export interface Output {
  /** Print data; resolves when the reader has taken it. */
  data(text: string): Promise<void>;
  /** Tell a person; silent under `--quiet`. */
  log(text: string): void;
  readonly quiet: boolean;
}

/** The process's own streams. */
export function processOutput(quiet = false): Output {
  return {
    data: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    log: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
    quiet,
  };
}

/** A reader that closes the pipe early (`| head`) ends the program without a word; what cannot be written otherwise throws. */
export function watchStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw new IResNetError('data', 'standard output', `expected to write, got ${error.message}`);
  });
  process.stderr.on('error', () => undefined); // No one is listening.
}

/** Write pieces of data to a file, all or none of them, or to stdout one by one. */
export async function writeResult(
  output: Output,
  file: string | undefined,
  pieces: Iterable<string>,
): Promise<void> {
  if (file === undefined) {
    for (const piece of pieces) await output.data(piece);
    return;
  }
  await writeBytes(output, file, Buffer.concat(Array.from(pieces, (piece) => Buffer.from(piece))));
}

/** Write a file, all or nothing. */
export async function writeBytes(output: Output, file: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomic(file, bytes);
  output.log(`wrote ${file}`);
}
