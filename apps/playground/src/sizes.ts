/** Points of the data that are shown. */
export const POINTS = 600;
/** Values of the heat map on a side. */
export const HEAT = 64;
/** The grid that is warped: lines in each direction, and nodes on a line. */
export const GRID = { lines: 17, nodes: 65 } as const;
/** Numbers of terms of an estimator. */
export const TERMS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16] as const;
/** Draws of each. */
export const DRAWS = 192;
