/** Eleven colours of viridis (Smith and van der Walt, 2015; CC0): equal steps of the map look equally far apart, in grey as well. */
const STOPS = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37],
] as const;

/** The colour of t in [0, 1], red, green and blue in 0 … 255. Outside it is the nearer end. */
export function viridis(t: number): [number, number, number] {
  const place = Math.min(Math.max(t, 0), 1) * (STOPS.length - 1);
  const i = Math.min(Math.floor(place), STOPS.length - 2);
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(STOPS[i]![channel] + (place - i) * (STOPS[i + 1]![channel] - STOPS[i]![channel]));
  return [mix(0), mix(1), mix(2)];
}
