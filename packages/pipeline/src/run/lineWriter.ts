import { closeSync, openSync, writeFileSync } from 'node:fs';
import { writeFailure } from '@iresnet/core/node';

/**
 * Append lines to a file at once; one that cannot be written throws kind `data`, so that a full
 * disk ends the run and not the log.
 */
export function lineWriter(file: string): { write(line: string): void; close(): void } {
  const attempt = <T>(f: () => T): T => {
    try {
      return f();
    } catch (error) {
      throw writeFailure(file, error);
    }
  };
  const descriptor = attempt(() => openSync(file, 'a'));
  return {
    write: (line) => attempt(() => writeFileSync(descriptor, line)),
    close: () => closeSync(descriptor),
  };
}
