import { IResNetError } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';

/** How to read a CIFAR file. */
export interface ParseCifarOptions {
  /**
   * `cifar10` has one label byte in each record; `cifar100` has the coarse label, then the fine
   * one.
   */
  readonly variant: 'cifar10' | 'cifar100';
  /** Names the file in errors. */
  readonly file?: string;
}

/** The records of a CIFAR file. */
export interface CifarRecords {
  readonly count: number;
  /** `[count, 32, 32, 3]`, row-major, red green blue. */
  readonly images: Uint8Array;
  /** The class of each image: 0 … 9, or the fine one, 0 … 99. */
  readonly labels: Uint8Array;
  /** The superclass of each image, 0 … 19; empty for CIFAR-10. */
  readonly coarseLabels: Uint8Array;
}

const PIXELS = 32 * 32;

/** The largest value of each label byte. */
const LABELS = { cifar10: [9], cifar100: [19, 99] } as const;

/**
 * Read records of the binary CIFAR-10 or CIFAR-100 format, 1 or 2 label bytes and 3,072 pixel
 * bytes, and turn the three planes of each image into NHWC.
 *
 * The format has no header: a file is one record or more. Cost: one pass, one copy.
 *
 * @param bytes - The whole file.
 * @returns Arrays that the caller owns.
 * @throws IResNetError (data), naming the file: no bytes, a length that is not a multiple of the
 * record, a label out of range; with the record and the byte. Kind argument for another variant.
 *
 * @example
 * ```ts
 * import { parseCifar } from '@iresnet/datasets';
 *
 * const record = new Uint8Array(3073);
 * record[0] = 6; // a frog
 * record[1 + 1024] = 200; // green of the first pixel
 * const { images, labels } = parseCifar(record, { variant: 'cifar10' });
 * console.log(labels[0], images.subarray(0, 3)); // 6 Uint8Array(3) [ 0, 200, 0 ]
 * ```
 */
export function parseCifar(bytes: Uint8Array, options: ParseCifarOptions): CifarRecords {
  checkOptions('datasets.parseCifar', options, { variant: true, file: true });
  const { variant, file } = options;
  ensure(
    Object.hasOwn(LABELS, variant),
    'datasets.parseCifar',
    () => `expected variant 'cifar10' or 'cifar100', got ${JSON.stringify(variant)}`,
  );
  const largest = LABELS[variant];
  const size = largest.length + 3 * PIXELS;
  const count = bytes.length / size;
  if (bytes.length === 0 || !Number.isInteger(count)) {
    const whole = Math.floor(count);
    const what = `record ${whole}, byte ${whole * size}: expected ${size} bytes, got ${bytes.length % size}`;
    throw new IResNetError('data', file ?? 'datasets.parseCifar', what);
  }

  const images = new Uint8Array(count * 3 * PIXELS);
  const labelBytes = largest.map(() => new Uint8Array(count));
  for (let record = 0; record < count; record++) {
    let at = record * size;
    for (const [i, limit] of largest.entries()) {
      const label = bytes[at]!;
      if (label > limit) {
        const what = `record ${record}, byte ${at}: expected a label of at most ${limit}, got ${label}`;
        throw new IResNetError('data', file ?? 'datasets.parseCifar', what);
      }
      labelBytes[i]![record] = label;
      at++;
    }
    for (let to = record * 3 * PIXELS; to < (record + 1) * 3 * PIXELS; to += 3, at++) {
      images[to] = bytes[at]!;
      images[to + 1] = bytes[at + PIXELS]!;
      images[to + 2] = bytes[at + 2 * PIXELS]!;
    }
  }
  return { count, images, labels: labelBytes.at(-1)!, coarseLabels: labelBytes.at(-2) ?? new Uint8Array(0) };
}
