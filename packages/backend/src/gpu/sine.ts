/** (sin(r) − r)/r³ in z = r², |r| ≤ π/4: sin(r) has a relative error of 1.4e-8. */
const SIN = [-0.16666664662314373, 0.008332748270629273, -0.00019587890880348814];
/** (cos(r) − 1 + z/2)/z² in z: cos(r) has a relative error of 1.1e-9. */
const COS = [0.04166666465950221, -0.001388830303589483, 0.00002454794208505404];

/**
 * π/2 in parts of 8, 11, 11 and 24 bits. Their products with n ≤ 2¹³ are exact but for the last, so
 * that x − n π/2 keeps its digits up to |x| = 12 867.
 */
const PARTS = [201 / 2 ** 7, 2029 / 2 ** 22, 1297 / 2 ** 34, 2.5633441515971907e-12];

/** The pieces of sin(x) and cos(x) in the words that GLSL and WGSL share. */
export const sine = {
  /** The largest |x| of the reduction. */
  reach: '12867.0',
  /** 2/π. */
  turns: float(2 / Math.PI),
  /** Take n π/2 off r. */
  reduce: PARTS.map((part) => `r -= n * ${float(part)};`).join('\n        '),
  /** sin(r), with z = r². */
  odd: `r + r * (z * ${polynomial(SIN)})`,
  /** cos(r), with z = r². */
  even: `1.0 - (0.5 * z - z * (z * ${polynomial(COS)}))`,
} as const;

/** Horner's form of a polynomial in z. */
function polynomial(coefficients: readonly number[]): string {
  return coefficients.reduceRight((sum, c) => (sum === '' ? float(c) : `(${float(c)} + z * ${sum})`), '');
}

/** A number as shaders write it. */
function float(value: number): string {
  return value.toExponential(17).replace('+', '');
}
