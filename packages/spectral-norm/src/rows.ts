/** Vectors of one space on the host. */
export type Rows = Float64Array[];

/** Cosines below this are the rounding of float64. */
const ORTHOGONAL = 1e-14;

/** Sweeps of {@link align}: two rows need one, and convergence is quadratic. */
const MOST_SWEEPS = 30;

/**
 * Turn rows within their span until they are orthogonal, sort them by length and give them unit
 * length: the one-sided Jacobi method for a singular value decomposition. A zero row stays zero.
 *
 * @returns The lengths that they had.
 */
export function align(rows: Rows): number[] {
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < rows.length; p++) {
      for (let q = p + 1; q < rows.length; q++) turned = turn(rows[p]!, rows[q]!) || turned;
    }
  }
  const sorted = rows.map((row) => ({ row, length: lengthOf(row) })).sort((a, b) => b.length - a.length);
  sorted.forEach(({ row, length }, k) => {
    if (length !== 0) divide(row, length);
    rows[k] = row;
  });
  return sorted.map(({ length }) => length);
}

/** Make two rows orthogonal by a rotation, unless they are. */
function turn(x: Float64Array, y: Float64Array): boolean {
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
  // The negated comparison stops on NaN too.
  if (!(Math.abs(xy) > ORTHOGONAL * Math.sqrt(xx) * Math.sqrt(yy))) return false;
  const half = (yy - xx) / (2 * xy);
  const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(1, half));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    x[i] = cosine * a - sine * b;
    y[i] = sine * a + cosine * b;
  }
  return true;
}

/**
 * Make rows orthonormal, first to last, by Gram–Schmidt done twice. For a row that has no finite
 * length left, that of `instead` is taken, or else a unit vector in its own right.
 *
 * @returns The length that each row had left.
 */
export function orthonormalize(rows: Rows, instead?: Rows): number[] {
  return rows.map((row, k) => {
    const before = rows.slice(0, k);
    leaveSpan(row, before);
    const length = lengthOf(row);
    if (length > 0 && length < Infinity) divide(row, length);
    else rows[k] = instead?.[k] ?? newDirection(before, row.length);
    return length;
  });
}

/** Take the components along orthonormal rows off a row. */
function leaveSpan(row: Float64Array, span: Rows): void {
  for (const other of [...span, ...span]) {
    const along = dot(row, other);
    for (let i = 0; i < row.length; i++) row[i] = row[i]! - along * other[i]!;
  }
}

/** A unit vector that is orthogonal to fewer orthonormal ones than it has values. */
function newDirection(span: Rows, size: number): Float64Array {
  const covered = Array.from({ length: size }, (_, i) => span.reduce((sum, row) => sum + row[i]! ** 2, 0));
  const unit = new Float64Array(size);
  unit[covered.indexOf(covered.reduce((a, b) => Math.min(a, b)))] = 1;
  leaveSpan(unit, span);
  divide(unit, lengthOf(unit));
  return unit;
}

function divide(row: Float64Array, length: number): void {
  for (let i = 0; i < row.length; i++) row[i] = row[i]! / length;
}

function lengthOf(row: Float64Array): number {
  return Math.sqrt(dot(row, row));
}

function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
}
