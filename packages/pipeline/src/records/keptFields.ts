import { rowFields, type Field, type Value } from '@iresnet/datasets';

/** How cells of a file stand in a record. */
export type CellForm = 'text' | 'json';

/**
 * The names of the cells of a record: those of their columns, with `_` behind one that the record
 * has already.
 */
export function keptNames(columns: readonly string[], record: readonly Field[]): string[] {
  const taken = record.flatMap(([key, , column = key]) => [key, column]);
  return rowFields(columns, () => null, taken).map(([name]) => name);
}

/** The cells of a row under their names. */
export function keptFields(names: readonly string[], cells: readonly string[], form: CellForm): Field[] {
  return names.map((name, j) => [name, form === 'json' ? jsonValue(cells[j]!) : cells[j]!, name]);
}

/** A number that JSON writes the same way, null for nothing, or the text. */
export function jsonValue(text: string): Value {
  if (text === '') return null;
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}
