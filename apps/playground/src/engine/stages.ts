import { tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type Bijector } from '@iresnet/core';
import { GRID } from '../sizes';

/**
 * The nodes of the grid that is warped, in the plane of two columns; the others are at their mean.
 */
export function gridNodes(width: number, [i, j]: readonly [number, number], reach: number): Float32Array {
  const { lines, nodes } = GRID;
  const values = new Float32Array(2 * lines * nodes * width);
  const place = (k: number, of: number): number => reach * ((2 * k) / (of - 1) - 1);
  for (let line = 0; line < lines; line++)
    for (let node = 0; node < nodes; node++) {
      const across = (line * nodes + node) * width;
      const along = ((lines + line) * nodes + node) * width;
      values[across + i] = values[along + j] = place(node, nodes);
      values[across + j] = values[along + i] = place(line, lines);
    }
  return values;
}

/** Rows before the first part and after each. */
export function stagesOf(parts: readonly Bijector[], rows: Float32Array, width: number): Float32Array[] {
  return noGrad(() =>
    tidy(() => {
      let at: Tensor = tensor2d(rows, [rows.length / width, width]);
      return [rows, ...parts.map((part) => (at = part.forward(at)).dataSync<'float32'>().slice())];
    }),
  );
}

/**
 * The largest ‖f(a) − f(b)‖/‖a − b‖ of neighbours on the grid, which a map of rows takes to other
 * rows.
 */
export function steepest(before: Float32Array, after: Float32Array): number {
  const rows = 2 * GRID.lines * GRID.nodes;
  const squares = (values: Float32Array, row: number): number => {
    const width = values.length / rows;
    let sum = 0;
    for (let c = row * width; c < (row + 1) * width; c++) sum += (values[c + width]! - values[c]!) ** 2;
    return sum;
  };
  let largest = 0;
  for (let line = 0; line < 2 * GRID.lines; line++)
    for (let node = 0; node + 1 < GRID.nodes; node++) {
      const row = line * GRID.nodes + node;
      const apart = squares(before, row);
      // Outside the support of a transform nothing is finite.
      if (apart > 0 && apart < Infinity) largest = Math.max(largest, squares(after, row) / apart);
    }
  return Math.sqrt(largest);
}
