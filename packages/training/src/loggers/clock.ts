/** Seconds as h:mm:ss, or m:ss. */
export function clock(seconds: number): string {
  const total = Math.round(seconds);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Clears the line of a terminal that the cursor is on. */
export const CLEAR_LINE = '\r\u001b[2K';
