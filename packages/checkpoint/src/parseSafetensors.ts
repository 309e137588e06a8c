import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { checkBytes } from './checks';
import { DTYPE_BYTES, elementCount, readValues, type HostTensor, type NamedTensors } from './dtypes';
import { parseHeader, quote, type HeaderEntry } from './header';
import { MAX_HEADER_BYTES, MAX_TENSORS } from './limits';

/** Options of {@link parseSafetensors}. */
export interface ParseSafetensorsOptions {
  /** A name for error messages, such as the path. */
  readonly file?: string;
  /** Refuse a file with more tensors, before they cost memory. Default 10 000. */
  readonly maxTensors?: number;
}

/** The content of a safetensors file. */
export interface SafetensorsFile {
  /** Tensors by name, in the order of the data. Each has its own memory. */
  readonly tensors: NamedTensors;
  /** The strings under `__metadata__`, in an object without a prototype. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Bytes → named tensors, by every rule of the safetensors format: a little-endian 64-bit header
 * length of at most 100 MB, a UTF-8 header that starts with `{`, unique names, each size = Π shape
 * × bytes of the dtype, data without holes, overlaps or remainder.
 *
 * F16 and BF16 are widened to F32. No memory is allocated for a number in the header before that is
 * checked against the length of `bytes`. The cost is one copy of the data. A flipped bit in a value
 * or in a name cannot be seen here; the manifest of `@iresnet/checkpoint/node` finds it.
 *
 * @param bytes - The whole file.
 * @throws IResNetError of kind `data` that names the file and the byte or tensor; of kind
 * `argument` when `bytes` is not a Uint8Array.
 *
 * @example
 * ```ts
 * import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
 *
 * const w = { dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) } as const;
 * const bytes = toSafetensors(new Map([['w', w]]));
 * console.log(parseSafetensors(bytes).tensors.get('w')?.data); // Float32Array(2) [ 1, 2 ]
 * ```
 */
export function parseSafetensors(bytes: Uint8Array, options: ParseSafetensorsOptions = {}): SafetensorsFile {
  checkBytes('checkpoint.parseSafetensors', bytes);
  checkOptions('checkpoint.parseSafetensors', options, { file: true, maxTensors: true });
  const { file, maxTensors = MAX_TENSORS } = options;
  const fail = (what: string): never => {
    throw new IResNetError('data', file ?? 'checkpoint.parseSafetensors', what);
  };

  if (bytes.length < 8) fail(`expected at least the 8 bytes of the header length, got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    fail(`byte 0: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${other(bytes) ?? length}`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) {
    fail(`byte 0: expected a header within the ${bytes.length} bytes of the file, got ${length} bytes`);
  }
  if (length === 0n || bytes[8] !== 0x7b) fail(`byte 8: expected the header to start with '{'`);

  const text = decodeUtf8(bytes.subarray(8, dataStart));
  if (text === undefined) return fail(`bytes 8 to ${dataStart - 1}: expected a header in UTF-8`);
  const { entries, metadata } = parseHeader(text, maxTensors, (at, what) =>
    fail(`byte ${8 + new TextEncoder().encode(text.slice(0, at)).length}: ${what}`),
  );

  const tensors = new Map<string, HostTensor>();
  let end = 0;
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const entry of sorted) {
    const flaw = flawOf(entry, end);
    if (flaw !== undefined) fail(`tensor ${quote(entry.name)}: ${flaw}`);
    end = entry.end;
  }
  if (dataStart + end !== bytes.length) {
    fail(`expected ${end} bytes of data after byte ${dataStart}, got ${bytes.length - dataStart}`);
  }
  for (const { name, dtype, shape, begin, end } of sorted) {
    const stored = bytes.subarray(dataStart + begin, dataStart + end);
    const odd = dtype === 'BOOL' ? stored.findIndex((byte) => byte > 1) : -1;
    if (odd >= 0)
      fail(`byte ${dataStart + begin + odd}: tensor ${quote(name)}: expected 0 or 1, got ${stored[odd]}`);
    tensors.set(name, { ...readValues(dtype, stored), shape } as HostTensor);
  }
  return { tensors, metadata };
}

/** The first flaw of a tensor whose data should begin at `begin`. */
function flawOf(entry: HeaderEntry, begin: number): string | undefined {
  const size = DTYPE_BYTES.get(entry.dtype);
  if (size === undefined) {
    return `expected dtype ${[...DTYPE_BYTES.keys()].join(', ')}, got ${quote(entry.dtype)}`;
  }
  if (entry.begin !== begin)
    return `expected data from byte ${begin} on (no hole, no overlap), got ${entry.begin}`;
  const bytes = elementCount(entry.shape) * size;
  if (!Number.isSafeInteger(bytes))
    return `expected a size below 2^53 bytes, got shape [${entry.shape.join()}]`;
  if (entry.end - entry.begin !== bytes) {
    return `expected ${bytes} bytes for ${entry.dtype} [${entry.shape.join()}], got ${entry.end - entry.begin}`;
  }
  return undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What a file is that people take for a safetensors file, where its first bytes tell. */
function other(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  if (start.startsWith('version https://git-lfs'))
    return 'a Git LFS pointer: fetch the file itself (git lfs pull)';
  if (/^\s*<(!doctype|html)/i.test(start)) return 'an HTML page';
  if (/^PK\x03\x04|^\x80[\x02-\x05]/.test(start))
    return 'a PyTorch checkpoint or another zip file: convert it to safetensors';
  if (/^\x89HDF/.test(start)) return 'an HDF5 file';
  return /^\s*[{[]/.test(start) ? 'JSON: an index names the safetensors files beside it' : undefined;
}
