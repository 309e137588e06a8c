/**
 * How much the readers of this package take. What is larger is refused before memory is spent on
 * it, with an error that names the file and the limit.
 *
 * @example
 * ```ts
 * import { limits } from '@iresnet/datasets';
 *
 * console.log(limits.tableColumns, limits.tableValues); // 16384 134217728
 * ```
 */
export const limits = {
  /** Characters of one record of a table: a line, or several where a quoted cell goes on. */
  recordCharacters: 2 ** 20,
  /** Characters of a cell that holds a number. */
  numberCharacters: 100,
  /** Characters of the name of a column or a class. */
  nameCharacters: 1000,
  /** Columns that are read of a table: as many as a spreadsheet has. The file may have more. */
  tableColumns: 2 ** 14,
  /** Values of a table in memory: one gigabyte. A stream has no such limit. */
  tableValues: 2 ** 27,
  /** Bytes that any gzip file may hold, whatever its own size. */
  inflatedBytes: 2 ** 24,
  /** Beyond {@link limits.inflatedBytes}: bytes of content for each byte of a gzip file. */
  inflatedRatio: 100,
  /** Seconds to wait for somebody who writes to a pipe. */
  pipeSeconds: 10,
  /**
   * Bytes of the header of an npy file. NumPy itself reads a larger one only when it is told to.
   */
  npyHeaderBytes: 10_000,
  /** Bytes of an unpacked IDX file. The largest known one has 47 million. */
  idxBytes: 48_000_000,
  /** Bytes of an unpacked CIFAR archive. */
  cifarBytes: 256_000_000,
  /** Bytes of a long name in a tar archive. */
  tarNameBytes: 2 ** 20,
  /** Bytes of a PNG or JPEG file. */
  pictureBytes: 2 ** 27,
  /** Pixels of a PNG file: 4096 × 4096. */
  pngPixels: 2 ** 24,
  /** Pixels of a JPEG file: 2896 × 2896. Its decoder takes some 150 ns for each. */
  jpegPixels: 2 ** 23,
  /** Scans of a JPEG file. */
  jpegScans: 64,
  /** Blocks of 8 × 8 values that all scans of a JPEG file visit, each scan its own components. */
  jpegVisits: 2 ** 21,
  /** Bytes of the pixels of all pictures in a folder, and of an array of images. */
  imageBytes: 2 ** 30,
  /** Classes of a set of images: a label is one byte. */
  imageClasses: 256,
  /** Bytes of pixels for each byte of a PNG file: deflate cannot do better. */
  pngRatio: 1032,
} as const;
