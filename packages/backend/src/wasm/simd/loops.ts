import type { Layout, Loop, LoopDefinition } from './assembler';
import { cos, exp, expm1, log, log1p, sin, softplus, tanh } from './formulas';
import { f32x4, f64x2, i8x16, v128, type Code } from './instructions';

/** Lanes 2 and 3 of float32, then 0 and 1, by bytes. */
const HIGH_FIRST = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
/** The first two lanes of each operand, by bytes. */
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Apply a formula on two float64 lanes to the halves of four float32 lanes. */
function inFloat64(formula: (loop: Loop, x: Code) => Code): LoopDefinition['body'] {
  return (loop, [x]) => {
    const half = (lanes: Code): Code => {
      const wide = loop.keep(f64x2.promoteLowF32x4(lanes));
      return loop.keep(f32x4.demoteF64x2Zero(formula(loop, wide)));
    };
    return i8x16.shuffle(half(x!), half(i8x16.shuffle(x!, x!, HIGH_FIRST)), LOW_HALVES);
  };
}

/** Kernels `x → float32` of one array. */
const unary: Readonly<Record<string, LoopDefinition['body']>> = {
  Sin: inFloat64(sin),
  Cos: inFloat64(cos),
  Exp: inFloat64(exp),
  Expm1: inFloat64(expm1),
  Log: inFloat64(log),
  Log1p: inFloat64(log1p),
  Tanh: inFloat64(tanh),
  Softplus: inFloat64(softplus),
  Sqrt: (_loop, [x]) => f32x4.sqrt(x!),
  Rsqrt: (loop, [x]) => f32x4.div(loop.f32(1), f32x4.sqrt(x!)),
  /** (x > 0) & 1 | (x < 0) & −1: 0 for NaN, as on the other backends. */
  Sign: (loop, [x]) =>
    v128.or(
      v128.and(loop.f32(1), f32x4.gt(x!, loop.f32(0))),
      v128.and(loop.f32(-1), f32x4.lt(x!, loop.f32(0))),
    ),
};

const arithmetic = {
  Add: f32x4.add,
  Sub: f32x4.sub,
  Multiply: f32x4.mul,
  RealDiv: f32x4.div,
  Minimum: f32x4.min,
  Maximum: f32x4.max,
} as const;
const comparison = {
  Equal: f32x4.eq,
  NotEqual: f32x4.ne,
  Less: f32x4.lt,
  Greater: f32x4.gt,
  LessEqual: f32x4.le,
  GreaterEqual: f32x4.ge,
} as const;

/**
 * Both operands as arrays, or one of them a scalar: `Add`, `Add:right`, `Add:left` (which one is
 * the scalar).
 */
const operands: readonly (readonly [suffix: string, a: Layout, b: Layout])[] = [
  ['', 'f32', 'f32'],
  [':right', 'f32', 'scalar'],
  [':left', 'scalar', 'f32'],
];
const binaryLoops = (
  table: Readonly<Record<string, (a: Code, b: Code) => Code>>,
  output: 'f32' | 'byte',
): LoopDefinition[] =>
  Object.entries(table).flatMap(([name, instruction]) =>
    operands.map(([suffix, a, b]) => ({
      name: name + suffix,
      inputs: [a, b],
      output,
      body: (_loop, [x, y]) => instruction(x!, y!),
    })),
  );

/** Kernels `x → float32`. */
export const unaryNames = Object.keys(unary);
/** Kernels `(a, b) → float32`. */
export const arithmeticNames = Object.keys(arithmetic);
/** Kernels `(a, b) → bool`. */
export const comparisonNames = Object.keys(comparison);

/** All loops of the module. */
export const loops: readonly LoopDefinition[] = [
  ...Object.entries(unary).map(([name, body]): LoopDefinition => ({
    name,
    inputs: ['f32'],
    output: 'f32',
    body,
  })),
  {
    name: 'LeakyRelu', // x < 0 ? αx : x
    inputs: ['f32', 'scalar'],
    output: 'f32',
    body: (loop, [x, alpha]) => v128.bitselect(f32x4.mul(x!, alpha!), x!, f32x4.lt(x!, loop.f32(0))),
  },
  {
    name: 'MultiplyAdd', // x + a b
    inputs: ['f32', 'f32', 'f32'],
    output: 'f32',
    body: (_loop, [x, a, b]) => f32x4.add(x!, f32x4.mul(a!, b!)),
  },
  {
    name: 'Select', // condition ? t : e
    inputs: ['byte', 'f32', 'f32'],
    output: 'f32',
    body: (_loop, [condition, t, e]) => v128.bitselect(t!, e!, condition!),
  },
  ...binaryLoops(arithmetic, 'f32'),
  ...binaryLoops(comparison, 'byte'),
];
