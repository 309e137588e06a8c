/**
 * The lines on which values of a square grid cross a level, as segments x₁ y₁ x₂ y₂ … in cells: the
 * centre of cell (column, row) is (column + ½, row + ½).
 */
export function contour(values: ArrayLike<number>, level: number): number[] {
  const side = Math.round(Math.sqrt(values.length));
  const segments: number[] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings: number[][] = [];
      corners.forEach(([x, y], k) => {
        const [u, v] = corners[(k + 1) % 4]!;
        const [a, b] = [values[y * side + x]!, values[v * side + u]!];
        if (a < level === b < level) return;
        // Beyond what float32 holds a value is −∞: the line then lies in the middle.
        const share = Number.isFinite(a - b) ? (level - a) / (b - a) : 0.5;
        crossings.push([x + share * (u - x) + 0.5, y + share * (v - y) + 0.5]);
      });
      // Two crossings are one segment, four are two.
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push(...crossings[k]!, ...crossings[k + 1]!);
    }
  return segments;
}
