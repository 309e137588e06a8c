// What is refused before it costs time or memory. docs/limits.md states these numbers.

/** Bytes of the header of a safetensors file; the reference implementation reads no more. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Tensors of a safetensors file, where the caller does not say another number. */
export const MAX_TENSORS = 10_000;

/** Bytes of a manifest; a file takes about a hundred. */
export const MAX_MANIFEST_BYTES = 2 ** 20;

/** Bytes of all files of a checkpoint, which are read into memory. */
export const MAX_CHECKPOINT_BYTES = 2 ** 31;
