import type { WasmFunction } from './assembler';
import { control, f32x4, i32, leb, local, type, v128, ZERO, type Code } from './instructions';

/** Rows of a block of the result. */
const BLOCK_ROWS = [1, 2, 3, 4] as const;
/**
 * Columns of a block. With 4 × 8, all sums, a row of B and a value of A fit into the 16 vector
 * registers of x86.
 */
export const BLOCK_COLUMNS = [8, 4, 2, 1] as const;

/** How one vector of so many values is loaded and stored. */
const transfers = {
  4: { load: v128.load, store: v128.store },
  2: { load: v128.load64Zero, store: v128.store64Lane0 },
  1: { load: v128.load32Zero, store: v128.store32Lane0 },
} as const;

/** The parameters, in their order, then the locals. */
const [A, B, C, K, BLOCKS, A_ROW, A_STEP, B_STEP, C_ROW, MORE, BIAS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;
const [B_AT, C_AT, LEFT, A_AT] = [11, 12, 13, 14] as const;

const each = (count: number, code: (i: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i)).flat();
const copy = (from: number, to: number): Code => local.set(to, local.get(from));
const plus = (a: number, b: number): Code => i32.add(local.get(a), local.get(b));
const advance = (index: number, by: number): Code => local.set(index, plus(index, by));
/** `do { body } while (--counter)` */
const repeat = (counter: number, body: Code): Code => {
  const less = i32.add(local.get(counter), i32.const(-1));
  return control.loop(body, control.branchIf(local.tee(counter, less), 0));
};

/**
 * C = A B, or C += A B, on blocks of `rows` × `columns`, one below the other:
 * `f(a, b, c, k, blocks, aRow, aStep, bStep, cRow, more, bias)`. `a`, `b` and `c` are byte
 * addresses, `k` the number of terms, `blocks` the number of blocks. `aRow` and `aStep` are the
 * bytes from one row and from one term of A to the next, `bStep` those from one term of B to the
 * next, `cRow` those from one row of C to the next. `more` says whether to add to C. `bias` is the
 * address of a row that is added to every row of C at the end, or 0. In a transposed A, rows are 4
 * bytes apart.
 */
function productFunction(rows: number, columns: number): WasmFunction {
  const width = Math.min(columns, 4) as 4 | 2 | 1;
  const { load, store } = transfers[width];
  const vectors = columns / width;
  const firstVector = A_AT + rows;
  const bVector = (v: number): number => firstVector + v;
  const splat = firstVector + vectors;
  const sum = (r: number, v: number): number => splat + 1 + r * vectors + v;
  /** For every vector of every row of C. */
  const eachOfC = (code: (r: number, v: number) => Code): Code =>
    each(rows, (r) => [...each(vectors, (v) => code(r, v)), ...advance(C_AT, C_ROW)]);

  const clearSums = each(rows * vectors, (i) => local.set(sum(0, i), ZERO));
  const loadSums = eachOfC((r, v) => local.set(sum(r, v), load(local.get(C_AT), 16 * v)));
  const storeSums = eachOfC((r, v) => store(local.get(C_AT), local.get(sum(r, v)), 16 * v));
  const addBias = each(rows * vectors, (i) =>
    local.set(sum(0, i), f32x4.add(local.get(sum(0, i)), load(local.get(BIAS), 16 * (i % vectors)))),
  );
  const rowStarts = each(rows, (r) =>
    r === 0 ? copy(A, A_AT) : local.set(A_AT + r, plus(A_AT + r - 1, A_ROW)),
  );
  const addProduct = (r: number, v: number): Code =>
    local.set(sum(r, v), f32x4.add(local.get(sum(r, v)), f32x4.mul(local.get(splat), local.get(bVector(v)))));
  const term = [
    ...each(vectors, (v) => local.set(bVector(v), load(local.get(B_AT), 16 * v))),
    ...each(rows, (r) => [
      ...local.set(splat, v128.load32Splat(local.get(A_AT + r))),
      ...each(vectors, (v) => addProduct(r, v)),
      ...advance(A_AT + r, A_STEP),
    ]),
    ...advance(B_AT, B_STEP),
  ];
  const block = [
    ...copy(C, C_AT),
    ...control.ifElse(local.get(MORE), loadSums, clearSums),
    ...rowStarts,
    ...copy(B, B_AT),
    ...copy(K, LEFT),
    ...repeat(LEFT, term),
    ...control.ifElse(local.get(BIAS), addBias, []),
    ...copy(C, C_AT),
    ...storeSums,
    ...copy(C_AT, C),
    ...each(rows, () => advance(A, A_ROW)),
  ];
  const locals = [
    2,
    ...[...leb(firstVector - B_AT), type.i32],
    ...[...leb(vectors + 1 + rows * vectors), type.v128],
  ];
  return {
    name: `Product${rows}x${columns}`,
    parameters: B_AT,
    code: [...locals, ...repeat(BLOCKS, block), ...i32.const(0), ...control.end],
  };
}

/** All block products. */
export const productFunctions: readonly WasmFunction[] = BLOCK_ROWS.flatMap((rows) =>
  BLOCK_COLUMNS.map((columns) => productFunction(rows, columns)),
);
