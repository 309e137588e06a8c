import {
  i32,
  I32,
  leb,
  localGet,
  localSet,
  simd,
  V128,
  ZERO,
  type Code,
  type WasmFunction,
} from './assembler';

/** Rows of a block of the result. */
const BLOCK_ROWS = [1, 2, 3, 4] as const;
/** Columns of a block; with 4 × 8 all sums, a row of B and a value of A fit into the 16 vector registers of x86. */
export const BLOCK_COLUMNS = [8, 4, 2, 1] as const;

/** Values in one vector, or fewer of them: how they are loaded and stored. */
const transfers: Readonly<Record<number, { load: number; store: number }>> = {
  4: { load: 0x00, store: 0x0b }, // v128.load, v128.store
  2: { load: 0x5d, store: 0x5b }, // v128.load64_zero, v128.store64_lane
  1: { load: 0x5c, store: 0x5a }, // v128.load32_zero, v128.store32_lane
};

// The parameters, and the locals behind them.
const [A, B, C, K, BLOCKS, A_ROW, A_STEP, B_STEP, C_ROW, MORE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const [B_AT, C_AT, LEFT, A_AT] = [10, 11, 12, 13] as const;

/**
 * C = A B, or C += A B, on blocks of `rows` × `columns` below each other:
 * `f(a, b, c, k, blocks, aRow, aStep, bStep, cRow, more)`, byte addresses, the number of terms, the number of blocks, and the bytes from
 * one row of A to the next, from one term of A to the next, from one term of B to the next, from one row of C to the next, and whether to add to C.
 * A transposed A is one whose rows are 4 bytes apart.
 */
function productFunction(rows: number, columns: number): WasmFunction {
  const width = Math.min(columns, 4);
  const { load, store } = transfers[width]!;
  const vectors = columns / width;
  const each = (count: number, code: (i: number) => Code): Code =>
    Array.from({ length: count }, (_, i) => code(i)).flat();
  const advance = (local: number, by: number): Code => [
    ...localGet(local),
    ...localGet(by),
    0x6a, // i32.add
    ...localSet(local),
  ];
  /** `local -= 1; if (local) continue` */
  const again = (local: number): Code => [
    ...localGet(local),
    ...i32(0x7f),
    0x6a,
    0x22,
    ...leb(local),
    0x0d,
    0,
  ];
  const firstVector = A_AT + rows;
  const bVector = (v: number): number => firstVector + v;
  const splat = firstVector + vectors;
  const sum = (r: number, v: number): number => splat + 1 + r * vectors + v;

  const clearSums = each(rows * vectors, (i) => [...ZERO, ...localSet(sum(0, i))]);
  const loadSums = each(rows, (r) => [
    ...each(vectors, (v) => [...localGet(C_AT), 0xfd, load, 2, 16 * v, ...localSet(sum(r, v))]),
    ...advance(C_AT, C_ROW),
  ]);
  const storeSums = each(rows, (r) => [
    ...each(vectors, (v) => [
      ...localGet(C_AT),
      ...localGet(sum(r, v)),
      ...[0xfd, store, 2, 16 * v],
      ...(width < 4 ? [0] : []), // the lane
    ]),
    ...advance(C_AT, C_ROW),
  ]);
  const rowStarts = each(rows, (r) => [
    ...(r === 0 ? localGet(A) : [...localGet(A_AT + r - 1), ...localGet(A_ROW), 0x6a]),
    ...localSet(A_AT + r),
  ]);
  const term = [
    ...each(vectors, (v) => [...localGet(B_AT), 0xfd, load, 2, 16 * v, ...localSet(bVector(v))]),
    ...each(rows, (r) => [
      ...simd(0x09, localGet(A_AT + r)), // v128.load32_splat
      ...[2, 0],
      ...localSet(splat),
      ...each(vectors, (v) => [
        ...simd(0xe4, localGet(sum(r, v)), simd(0xe6, localGet(splat), localGet(bVector(v)))),
        ...localSet(sum(r, v)),
      ]),
      ...advance(A_AT + r, A_STEP),
    ]),
    ...advance(B_AT, B_STEP),
  ];
  const copy = (from: number, to: number): Code => [...localGet(from), ...localSet(to)];
  const block = [
    ...copy(C, C_AT),
    ...[...localGet(MORE), 0x04, 0x40, ...loadSums, 0x05, ...clearSums, 0x0b], // if, else, end
    ...rowStarts,
    ...copy(B, B_AT),
    ...copy(K, LEFT),
    ...[0x03, 0x40, ...term, ...again(LEFT), 0x0b],
    ...copy(C, C_AT),
    ...storeSums,
    ...copy(C_AT, C),
    ...each(rows, () => advance(A, A_ROW)),
  ];
  const body = [0x03, 0x40, ...block, ...again(BLOCKS), 0x0b];
  const locals = [2, ...leb(firstVector - B_AT), I32, ...leb(vectors + 1 + rows * vectors), V128];
  return {
    name: `Product${rows}x${columns}`,
    parameters: B_AT,
    code: [...locals, ...body, ...i32(0), 0x0b],
  };
}

/** All block products. */
export const productFunctions: readonly WasmFunction[] = BLOCK_ROWS.flatMap((rows) =>
  BLOCK_COLUMNS.map((columns) => productFunction(rows, columns)),
);
