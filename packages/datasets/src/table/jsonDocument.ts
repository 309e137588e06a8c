/** The rows of a JSON document, and a word about where they stood. */
export interface DocumentRows {
  readonly rows: readonly unknown[];
  readonly told?: string;
}

/** The forms that a document of rows has, for errors. */
export const documentForms =
  'a JSON object a line, a list of objects, lists or objects by column as pandas writes them, or an object with one list of objects';

/**
 * The rows of a JSON document, by its form:
 *
 * - a list of objects, or of lists, also below `columns` (pandas: `records`, `values`, `split`);
 * - `{ a: [1, 2], b: [3, 4] }`, or the same with objects by row: `{ a: { 0: 1, 1: 2 }, … }`
 *   (pandas: `columns`);
 * - `{ r1: { a: 1, b: 3 }, r2: { … } }`, where there are more of the outer names (pandas: `index`);
 * - an object in which one name holds a list of objects (pandas: `table`); of GeoJSON the
 *   properties of the features.
 *
 * @returns undefined for anything else.
 */
export function rowsOfDocument(document: unknown): DocumentRows | undefined {
  if (Array.isArray(document)) {
    const lists = document.length > 0 && document.every(Array.isArray);
    return { rows: lists ? (document as unknown[][]).map((cells) => ({ ...cells })) : document };
  }
  if (!isObject(document)) return undefined;
  const entries = Object.entries(document);
  const { columns, data } = document;
  if (Array.isArray(columns) && Array.isArray(data) && data.every(Array.isArray))
    return { rows: (data as unknown[][]).map((cells) => named(columns.map(String), cells)) };
  if (document['type'] === 'FeatureCollection' && isObjects(document['features'])) {
    const rows = document['features'].map(({ properties }) => properties ?? {});
    return { rows, told: 'rows are the properties of its features' };
  }
  const lists = entries.filter(([, value]) => isObjects(value));
  if (lists.length === 1)
    return { rows: lists[0]![1] as object[], told: `rows are those of '${lists[0]![0]}'` };
  if (entries.length === 0) return undefined;
  if (entries.every(([, value]) => Array.isArray(value) && value.length > 0 && !value.some(isNested)))
    return byColumn(entries as [string, unknown[]][]);
  if (entries.every(([, value]) => isObject(value) && !Object.values(value).some(isNested)))
    return byName(entries as [string, Row][]);
  return undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** Lists of one length, a column each. */
function byColumn(columns: readonly (readonly [string, readonly unknown[]])[]): DocumentRows | undefined {
  const [[, first]] = columns as [readonly [string, readonly unknown[]]];
  if (columns.some(([, values]) => values.length !== first.length)) return undefined;
  const names = columns.map(([name]) => name);
  const rows = first.map((_, i) => named(names, columns.map(([, values]) => values[i]))); // prettier-ignore
  return { rows, told: `rows are those of ${names.length} lists` };
}

/** Objects of the same names: columns by row, or rows by column, of which there are more. */
function byName(entries: readonly (readonly [string, Row])[]): DocumentRows | undefined {
  const inner = [...new Set(entries.flatMap(([, row]) => Object.keys(row)))];
  if (inner.length === 0) return undefined;
  const counted = (names: readonly string[]) => names.every((name, i) => name === String(i));
  const outer = entries.map(([name]) => name);
  const rowsAreInner = counted(inner) || (!counted(outer) && inner.length >= outer.length);
  if (!rowsAreInner)
    return { rows: entries.map(([, row]) => row), told: `rows are those of ${outer.length} names` };
  const rows = inner.map((at) => named(outer, entries.map(([, column]) => column[at]))); // prettier-ignore
  return { rows, told: `columns are ${outer.length} names with ${inner.length} rows each` };
}

function named(names: readonly string[], cells: readonly unknown[]): Row {
  return Object.fromEntries(names.map((name, j) => [name, cells[j]]));
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjects(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
