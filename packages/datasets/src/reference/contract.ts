import type { Table } from '../table/table';

/** A density fitted to a table without a network: what a model has to beat. */
export interface ReferenceDensity {
  /**
   * log p(x) of each row in nats, in float64, as a density of the table's own units: a table in metres and the same table in
   * millimetres differ by ln 1000 a column.
   *
   * @param rows - Row by row, as `Table.values`; its length is a multiple of the number of columns.
   * @throws IResNetError (argument) for another length.
   */
  logDensity(rows: Table['values']): Float64Array;
}
