/** A complex matrix on the host, row after row. */
export interface ComplexMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A matrix of zeros. */
export function complexMatrix(rows: number, columns: number): ComplexMatrix {
  const size = rows * columns;
  return { rows, columns, re: new Float64Array(size), im: new Float64Array(size) };
}

/**
 * M M* into `out`, `[rows, rows]`. It is Hermitian, so that half of it is computed. Two entries at
 * a time share the row that they read.
 */
export function gramOfRows({ rows, columns, re, im }: ComplexMatrix, out: ComplexMatrix): void {
  const put = (i: number, j: number, real: number, imaginary: number) => {
    out.re[i * rows + j] = out.re[j * rows + i] = real;
    out.im[i * rows + j] = imaginary;
    out.im[j * rows + i] = -imaginary;
  };
  for (let i = 0; i < rows; i++) {
    const a = i * columns;
    for (let j = 0; j <= i; j += 2) {
      // At the diagonal there is no second entry, and the first is computed twice.
      const next = j < i ? columns : 0;
      let re0 = 0;
      let im0 = 0;
      let re1 = 0;
      let im1 = 0;
      for (let k = 0, b = j * columns; k < columns; k++, b++) {
        const x = re[a + k]!;
        const y = im[a + k]!;
        const x0 = re[b]!;
        const y0 = im[b]!;
        const x1 = re[b + next]!;
        const y1 = im[b + next]!;
        re0 += x * x0 + y * y0;
        im0 += y * x0 - x * y0;
        re1 += x * x1 + y * y1;
        im1 += y * x1 - x * y1;
      }
      put(i, j, re0, im0);
      if (next > 0) put(i, j + 1, re1, im1);
    }
  }
}

/** ‖M‖_F. */
export function complexFrobenius({ re, im }: ComplexMatrix): number {
  let total = 0;
  for (let i = 0; i < re.length; i++) total += re[i]! ** 2 + im[i]! ** 2;
  return Math.sqrt(total);
}

/** M ← c M. */
export function scaleInPlace({ re, im }: ComplexMatrix, c: number): void {
  for (let i = 0; i < re.length; i++) {
    re[i]! *= c;
    im[i]! *= c;
  }
}

/** M ← M + (cRe + i cIm) K for a real K. */
export function addScaled(m: ComplexMatrix, cRe: number, cIm: number, k: Float64Array): void {
  for (let i = 0; i < k.length; i++) {
    m.re[i]! += cRe * k[i]!;
    m.im[i]! += cIm * k[i]!;
  }
}
