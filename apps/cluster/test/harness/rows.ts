/** Lines of two columns that look like a ring. */
export const rows = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${Math.sin(i).toFixed(4)},${Math.cos(1.7 * i).toFixed(4)}\n`).join(
    '',
  );
