import { readFile } from 'node:fs/promises';
import { IResNetError } from '@iresnet/core';
import type { ColumnarBytes } from '../table/columnar';

/** Bytes of an Arrow file, which is read as a whole. */
const ARROW_BYTES = 2 ** 30;

/** The bytes of a file with columns. */
export function columnarFile(file: string): ColumnarBytes {
  return {
    async parquet() {
      const { asyncBufferFromFile } = await import('hyparquet');
      return asyncBufferFromFile(file);
    },
    async arrow() {
      const bytes = await readFile(file);
      if (bytes.length <= ARROW_BYTES) return bytes;
      const what = `expected an Arrow file of at most ${ARROW_BYTES} bytes, got ${bytes.length}: save the table as Parquet`;
      throw new IResNetError('data', file, what);
    },
  };
}
