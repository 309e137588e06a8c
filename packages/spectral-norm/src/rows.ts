/** Vectors of one space on the host. */
export type Rows = Float64Array[];

/** What is left of a unit vector in the span of others. */
const LOST = 1e-12;

/**
 * Turn rows within their span until they are orthogonal, the longest first, and give them unit
 * length: one sweep of the one-sided Jacobi method. It is exact for two rows; the sweeps of the
 * steps that follow do it for more. A zero row stays zero.
 *
 * @returns The lengths that they had.
 */
export function align(rows: Rows): number[] {
  rows.forEach((x, p) => rows.slice(p + 1).forEach((y) => turn(x, y)));
  return rows.map(normalize);
}

/** Make two rows orthogonal by a rotation that leaves the longer one in x. */
function turn(x: Float64Array, y: Float64Array): void {
  let [xx, yy, xy] = [0, 0, 0];
  // One pass: the vectors of a convolution are as long as its images.
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    x[i] = cosine * a + sine * b;
    y[i] = cosine * b - sine * a;
  }
}

/**
 * Make rows orthonormal, first to last, by Gram–Schmidt, done twice where much is taken off. A row
 * that has no finite length left becomes that of `instead`, or else what is left of the first unit
 * vector that does not lie in the span of the rows before.
 *
 * @returns The length that each row had left.
 */
export function orthonormalize(rows: Rows, instead?: Rows): number[] {
  return rows.map((row, k) => {
    const before = rows.slice(0, k);
    const length = makeUnit(row, before);
    let found = length > 0 && length < Infinity;
    for (let i = 0; !found; i++) {
      row = instead?.[k] ?? new Float64Array(row.length).fill(1, i, i + 1);
      found = instead !== undefined || makeUnit(row, before) > LOST;
    }
    rows[k] = row;
    return length;
  });
}

/** Take the components along orthonormal rows off a row, and give it unit length. */
function makeUnit(row: Float64Array, span: Rows): number {
  if (span.length === 0) return normalize(row);
  let before = dot(row, row);
  for (;;) {
    for (const other of span) {
      const along = dot(row, other);
      for (let i = 0; i < row.length; i++) row[i] = row[i]! - along * other[i]!;
    }
    const left = dot(row, row);
    // What is left has lost no more than a bit. The negated comparison ends on NaN too.
    if (!(left < before / 4)) return normalize(row);
    before = left;
  }
}

/** Give a row unit length unless it is zero, and return the length that it had. */
function normalize(row: Float64Array): number {
  const length = Math.sqrt(dot(row, row));
  const scale = 1 / (length || 1);
  if (scale < Infinity) for (let i = 0; i < row.length; i++) row[i]! *= scale;
  else for (let i = 0; i < row.length; i++) row[i] = row[i]! / length;
  return length;
}

/** ⟨x, y⟩, summed in float64. */
export function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
}
