import type { Difference } from './data';

/** A space without a line break: a number stays on one line. */
const SPACE = '\u00a0';

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789-'].map((digit, i) => [digit, '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'[i]!]),
);

/**
 * A number for people: `digits` significant digits and a real minus sign.
 *
 * Very large and very small numbers are written with a power of ten. `null` stands for −∞.
 */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null) return '−∞';
  if (Number.isNaN(value)) return 'not a number';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (size === 0) return '0';
  if (Number.isInteger(size) && size < 1e9) return sign + size.toLocaleString('en-US');
  if (size >= 1e-3 && size < 1e6) {
    const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return (
      sign + size.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })
    );
  }
  const [mantissa, exponent] = size.toExponential(Math.min(digits, 2) - 1).split('e');
  return `${sign}${mantissa}${SPACE}×${SPACE}10${[...exponent!.replace('+', '')].map((c) => SUPERSCRIPTS[c]).join('')}`;
}

/**
 * A number with its standard error. The error has two significant digits, and the number as many
 * places.
 */
export function formatWithError(value: number, error: number | undefined): string {
  if (error === undefined || !(error > 0) || !Number.isFinite(error)) return formatNumber(value);
  const places = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return `${value.toFixed(places).replace('-', '−')}${SPACE}±${SPACE}${error.toFixed(places)}`;
}

/** A difference with its sign and its standard error. Without an error it has two digits. */
export function formatDifference({ value, standardError }: Difference): string {
  const text = standardError === undefined ? formatNumber(value, 2) : formatWithError(value, standardError);
  return (value > 0 ? '+' : '') + text;
}

/** A tick of an axis, with few digits and a real minus sign. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e5 || size < 1e-3)
      ? size.toExponential().replace('e+', 'e')
      : String(Number(size.toPrecision(6)));
  return value < 0 ? `−${text}` : text;
}

/** Seconds as seconds, minutes or hours, whichever reads best. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Number(seconds.toPrecision(2))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 row`, `2 rows`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}
