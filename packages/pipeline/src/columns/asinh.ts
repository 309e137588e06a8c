import { inside, type ColumnTransform } from './columnTransform';

/** Where a value is so far off that asinh u = ln 2|u| to the last bit. */
const FAR = 1e8;

/**
 * y = asinh((x − center)/scale): linear near the center, logarithmic far away on both sides. A tail
 * like 1/|x|^α becomes like e^(−α|y|).
 *
 * @param center - The median of the column.
 * @param scale - > 0, its robust deviation.
 */
export function asinh({ center, scale }: { center: number; scale: number }): ColumnTransform {
  const logScale = Math.log(scale);
  // ln √(1 + u²) without the square, which overflows, and asinh u without the quotient, which may.
  const far = (off: number): boolean => off > FAR * scale;
  return {
    support: [-Infinity, Infinity],
    forward(x) {
      const off = Math.abs(x - center);
      return far(off)
        ? Math.sign(x - center) * (Math.log(off) - logScale + Math.LN2)
        : Math.asinh((x - center) / scale);
    },
    inverse: (y) => inside(center + scale * Math.sinh(y), -Infinity, Infinity),
    logSlope(x) {
      const off = Math.abs(x - center);
      return far(off) ? -Math.log(off) : -logScale - Math.log(Math.hypot(1, off / scale));
    },
    inverseSlope: (from, to) => scale * Math.cosh(Math.max(-from, to)),
  };
}
