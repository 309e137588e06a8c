/** Images as bytes, 8 bits a value. */
export interface Pictures {
  readonly count: number;
  /** Height, width, channels. There are 1 (grey) or 3 (red, green, blue) channels. */
  readonly shape: readonly [number, number, number];
  /** `[count, height, width, channels]`, row-major. 0 is black and 255 white. */
  readonly values: Uint8Array;
}

/** One of several pictures. It shares the bytes. */
export function pictureAt({ shape, values }: Pictures, i: number): Pictures {
  const size = shape[0] * shape[1] * shape[2];
  return { count: 1, shape, values: values.subarray(i * size, (i + 1) * size) };
}

/** Lists of pictures of one shape, one list after another. */
export function joined([first, ...rest]: readonly [Pictures, ...Pictures[]]): Pictures {
  const all = [first, ...rest];
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    shape: first.shape,
    values: Uint8Array.from(all.flatMap(({ values }) => Array.from(values))),
  };
}
