import { simd, type Code, type Layout, type Loop, type LoopDefinition } from './assembler';
import { cos, exp, expm1, log, log1p, sin, softplus, tanh } from './formulas';

const LOW_TO_HIGH = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [...a, ...b, 0xfd, 0x0d, ...lanes];

/** Apply a formula on two float64 lanes to the halves of four float32 lanes. */
function inFloat64(formula: (loop: Loop, x: Code) => Code): LoopDefinition['body'] {
  return (loop, [x]) => {
    const half = (lanes: Code): Code => {
      const wide = loop.keep(simd(0x5f, lanes)); // f64x2.promote_low_f32x4
      return loop.keep(simd(0x5e, formula(loop, wide))); // f32x4.demote_f64x2_zero
    };
    return shuffle(half(x!), half(shuffle(x!, x!, LOW_TO_HIGH)), LOW_HALVES);
  };
}

const float64Loop = (name: string, formula: (loop: Loop, x: Code) => Code): LoopDefinition => ({
  name,
  inputs: ['f32'],
  output: 'f32',
  body: inFloat64(formula),
});

const f32Ops = { Add: 0xe4, Sub: 0xe5, Multiply: 0xe6, RealDiv: 0xe7, Minimum: 0xe8, Maximum: 0xe9 } as const;
const comparisons = {
  Equal: 0x41,
  NotEqual: 0x42,
  Less: 0x43,
  Greater: 0x44,
  LessEqual: 0x45,
  GreaterEqual: 0x46,
} as const;

/** Both operands as arrays, or one of them a scalar: `Add`, `Add:right`, `Add:left` (which one is the scalar). */
const binaryLoops = (name: string, opcode: number, output: 'f32' | 'byte'): LoopDefinition[] =>
  (
    [
      ['', 'f32', 'f32'],
      [':right', 'f32', 'scalar'],
      [':left', 'scalar', 'f32'],
    ] as [string, Layout, Layout][]
  ).map(([suffix, a, b]) => ({
    name: name + suffix,
    inputs: [a, b],
    output,
    body: (_loop, [x, y]) => simd(opcode, x!, y!),
  }));

/** Elementwise kernels of one array that are flagged where the fast formula does not hold, and what holds there. */
export const unaryNames = {
  Sin: Math.sin,
  Cos: Math.cos,
  Exp: undefined,
  Expm1: undefined,
  Log: Math.log,
  Log1p: Math.log1p,
  Tanh: undefined,
  Softplus: undefined,
  Sqrt: undefined,
  Rsqrt: undefined,
  Sign: undefined,
} as const;

/** Kernels `(a, b) → float32`. */
export const arithmeticNames = Object.keys(f32Ops);
/** Kernels `(a, b) → bool`. */
export const comparisonNames = Object.keys(comparisons);

/** All loops of the module. */
export const loops: readonly LoopDefinition[] = [
  float64Loop('Sin', sin),
  float64Loop('Cos', cos),
  float64Loop('Exp', exp),
  float64Loop('Expm1', expm1),
  float64Loop('Log', log),
  float64Loop('Log1p', log1p),
  float64Loop('Tanh', tanh),
  float64Loop('Softplus', softplus),
  { name: 'Sqrt', inputs: ['f32'], output: 'f32', body: (_loop, [x]) => simd(0xe3, x!) },
  {
    name: 'Rsqrt',
    inputs: ['f32'],
    output: 'f32',
    body: (loop, [x]) => simd(0xe7, loop.f32(1), simd(0xe3, x!)),
  },
  {
    name: 'Sign', // (x > 0) & 1 | (x < 0) & −1, as on the other backends 0 for NaN
    inputs: ['f32'],
    output: 'f32',
    body: (loop, [x]) =>
      simd(
        0x50,
        simd(0x4e, loop.f32(1), simd(0x44, x!, loop.f32(0))),
        simd(0x4e, loop.f32(-1), simd(0x43, x!, loop.f32(0))),
      ),
  },
  {
    name: 'LeakyRelu', // negative ? αx : x
    inputs: ['f32', 'scalar'],
    output: 'f32',
    body: (loop, [x, alpha]) => simd(0x52, simd(0xe6, x!, alpha!), x!, simd(0x43, x!, loop.f32(0))),
  },
  {
    name: 'Select',
    inputs: ['byte', 'f32', 'f32'],
    output: 'f32',
    body: (_loop, [condition, t, e]) => simd(0x52, t!, e!, condition!),
  },
  ...Object.entries(f32Ops).flatMap(([name, opcode]) => binaryLoops(name, opcode, 'f32')),
  ...Object.entries(comparisons).flatMap(([name, opcode]) => binaryLoops(name, opcode, 'byte')),
];
