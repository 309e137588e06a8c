/** Rows of numbers with named columns, such as a `Table` of `@iresnet/datasets`. */
export interface ColumnTable {
  readonly columns: readonly string[];
  readonly rows: number;
  /** Row by row: the value of row r and column c is `values[r * columns.length + c]`. */
  readonly values: Float32Array | Float64Array;
}

/** A density fitted to a table without a network: what a model has to beat. */
export interface ReferenceDensity {
  /**
   * log p(x) of each row in nats, in float64, as a density of the table's own units: a table in
   * metres and the same table in millimetres differ by ln 1000 for each column.
   *
   * @param rows - Row by row, as the values of the table. Its length is a multiple of the number of
   * columns.
   * @returns NaN for a row with NaN, −Infinity for a row with an infinite value.
   * @throws IResNetError (argument) for another length.
   */
  logDensity(rows: ColumnTable['values']): Float64Array;
}
