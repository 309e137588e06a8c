import type { Loop } from './assembler';
import { f64x2, i64x2, v128, type Code } from './instructions';

/*
 * Formulas on two float64 lanes. Everything is computed in float64, so that one range reduction and
 * a short polynomial are exact to the last bit of the float32 result, and underflow and overflow
 * happen in the final rounding.
 */
const { abs, add, div, lt: less, mul, sub } = f64x2;
/** The larger and the smaller of two. NaN in the first operand stays. */
const { pmax: atLeast, pmin: atMost } = f64x2;
const { and: both, not, or, xor } = v128;
const { add: addInt, shl: shiftLeft, shrU: shiftRight, sub: subInt } = i64x2;

/** How to compute the values for which a formula does not hold; its loop flags them. */
export interface Fallback {
  /**
   * Whether the loop flags x. The two must agree exactly; else a value would depend on its
   * neighbours.
   */
  readonly flags: (x: number) => boolean;
  readonly exact: (x: number) => number;
}

/** Adding 1.5 · 2⁵² rounds to an integer. The low bits of the sum are its two's complement. */
const ROUND = 6755399441055744;
/** π in two parts. The first has 33 bits, so its product with an integer below 2²⁰ is exact. */
const PI_HIGH = 3.14159265346825122834;
const PI_LOW = 1.21542010130123844986e-10;
/** From this angle on, the reduction loses bits. */
const LARGEST_ANGLE = 1e6;

/** sin(r)/r in r², |r| ≤ π/2, relative error 7e-9. */
const SIN = [
  0.9999999956715665, -0.1666665790378068, 0.008333049100952087, -0.00019808936593914233,
  2.604920700948167e-6,
];
/** (eʳ − 1)/r, |r| ≤ ln 2 / 2, relative error 3e-10. */
const EXPM1 = [
  0.9999999999999992, 0.5000000047146205, 0.1666666671904542, 0.041666352770459554, 0.008333298465199519,
  0.0013941118950167664, 0.0001989928865179281,
];
/** 2 atanh(s)/s in s², s ≤ (√2 − 1)/(√2 + 1), relative error 7e-10. */
const LOG = [1.9999999986257677, 0.6666681579183185, 0.3997479907642563, 0.29925789477683334];
/** 2 atanh(s)/s in s², s ≤ 1/3, relative error 1e-10. */
const LOG1P = [
  1.9999999998090061, 0.6666667902643397, 0.39998711246862334, 0.28620207408437237, 0.21398560506678543,
  0.24393908084023025,
];

function polynomial(loop: Loop, x: Code, coefficients: readonly number[]): Code {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, c) => add(loop.f64(c), mul(x, sum)), loop.f64(coefficients.at(-1)!));
}

/** (−1)ⁿ sin(x − nπ) with n in the low bits of `rounded`. */
function reducedSine(loop: Loop, x: Code, rounded: Code, n: Code): Code {
  const turns = loop.keep(n);
  const r = loop.keep(sub(sub(x, mul(turns, loop.f64(PI_HIGH))), mul(turns, loop.f64(PI_LOW))));
  const z = loop.keep(mul(r, r));
  loop.flag(not(less(abs(x), loop.f64(LARGEST_ANGLE))));
  return xor(mul(r, polynomial(loop, z, SIN)), shiftLeft(rounded, 63));
}

export function sin(loop: Loop, x: Code): Code {
  const rounded = loop.keep(add(mul(x, loop.f64(1 / Math.PI)), loop.f64(ROUND)));
  return reducedSine(loop, x, rounded, sub(rounded, loop.f64(ROUND)));
}

/** cos x = −(−1)ⁿ sin(x − (n + ½)π). */
export function cos(loop: Loop, x: Code): Code {
  const rounded = loop.keep(add(sub(mul(x, loop.f64(1 / Math.PI)), loop.f64(0.5)), loop.f64(ROUND)));
  return xor(loop.f64(-0), reducedSine(loop, x, rounded, add(sub(rounded, loop.f64(ROUND)), loop.f64(0.5))));
}

/** eˣ = scale · (1 + fraction). */
function exponential(loop: Loop, x: Code): { scale: Code; fraction: Code } {
  const rounded = loop.keep(add(mul(x, loop.f64(Math.LOG2E)), loop.f64(ROUND)));
  const r = loop.keep(sub(x, mul(sub(rounded, loop.f64(ROUND)), loop.f64(Math.LN2))));
  const scale = loop.keep(addInt(shiftLeft(rounded, 52), loop.f64(1)));
  return { scale, fraction: mul(r, polynomial(loop, r, EXPM1)) };
}

/** Outside these bounds the float32 result is 0 or infinity anyway. */
const clampExponent = (loop: Loop, x: Code): Code =>
  loop.keep(atMost(atLeast(x, loop.f64(-110)), loop.f64(90)));

export function exp(loop: Loop, x: Code): Code {
  const { scale, fraction } = exponential(loop, clampExponent(loop, x));
  return mul(scale, add(loop.f64(1), fraction));
}

function smallExpm1(loop: Loop, x: Code): Code {
  const { scale, fraction } = exponential(loop, x);
  return add(mul(scale, fraction), sub(scale, loop.f64(1)));
}

export function expm1(loop: Loop, x: Code): Code {
  return smallExpm1(loop, clampExponent(loop, x));
}

/** tanh x = E/(E + 2), E = e²ˣ − 1. */
export function tanh(loop: Loop, x: Code): Code {
  const twice = loop.keep(atMost(atLeast(add(x, x), loop.f64(-40)), loop.f64(40)));
  const e = loop.keep(smallExpm1(loop, twice));
  return div(e, add(e, loop.f64(2)));
}

/** log m of a positive u = 2ᵉ m with m in [√½, √2): {@link LOG}. */
function logarithm(loop: Loop, u: Code): Code {
  const one = loop.f64(1);
  // Biased by 1023, so it is positive, and the shift need not keep a sign.
  const exponent = loop.keep(shiftRight(addInt(subInt(u, loop.f64(Math.SQRT1_2)), one), 52));
  const m = loop.keep(addInt(subInt(u, shiftLeft(exponent, 52)), one));
  const s = loop.keep(div(sub(m, one), add(m, one)));
  const z = loop.keep(mul(s, s));
  const twoTo52 = 2 ** 52;
  const e = sub(or(exponent, loop.f64(twoTo52)), loop.f64(twoTo52 + 1023));
  return add(mul(e, loop.f64(Math.LN2)), mul(s, polynomial(loop, z, LOG)));
}

const flagUnlessPositive = (loop: Loop, u: Code): void =>
  loop.flag(not(both(less(loop.f64(0), u), less(u, loop.f64(Infinity)))));

export function log(loop: Loop, x: Code): Code {
  flagUnlessPositive(loop, x);
  return logarithm(loop, x);
}

/** log u + (x − (u − 1))/u, u = 1 + x rounded. */
export function log1p(loop: Loop, x: Code): Code {
  const one = loop.f64(1);
  const u = loop.keep(add(x, one));
  flagUnlessPositive(loop, u);
  return add(logarithm(loop, u), div(sub(x, sub(u, one)), u));
}

/** max(x, 0) + log(1 + e^−|x|). */
export function softplus(loop: Loop, x: Code): Code {
  const lower = loop.keep(atLeast(xor(loop.f64(-0), abs(x)), loop.f64(-110)));
  const { scale, fraction } = exponential(loop, lower);
  const t = loop.keep(mul(scale, add(loop.f64(1), fraction)));
  const s = loop.keep(div(t, add(t, loop.f64(2))));
  const z = loop.keep(mul(s, s));
  return add(atLeast(x, loop.f64(0)), mul(s, polynomial(loop, z, LOG1P)));
}

const isLargeAngle = (x: number): boolean => !(Math.abs(x) < LARGEST_ANGLE);
const isPositive = (u: number): boolean => 0 < u && u < Infinity;

/**
 * The formulas that flag values, by the names of their kernels. All of them flag NaN and
 * infinities.
 */
export const fallbacks: Readonly<Record<string, Fallback>> = {
  Sin: { flags: isLargeAngle, exact: Math.sin },
  Cos: { flags: isLargeAngle, exact: Math.cos },
  Log: { flags: (x) => !isPositive(x), exact: Math.log },
  Log1p: { flags: (x) => !isPositive(1 + x), exact: Math.log1p },
};
