import { checkOptions } from '@iresnet/core/internal';
import { quotedCell } from '../records/csvCell';
import { columnarForm, columnarRecords } from './columnar';

/**
 * The text of a table from the bytes of a file: of Parquet and Arrow as CSV, of anything else as it
 * is, in UTF-8. So a page reads what is dropped on it; `readTableFile` reads a file in Node, in
 * pieces.
 *
 * @param bytes - The whole file.
 * @param options - The name of the file, for errors.
 * @returns Text for `parseTable`. Numbers of real columns keep a decimal mark.
 * @throws IResNetError (data) for a Parquet or Arrow file that cannot be read. Their readers are
 * loaded when such a file comes.
 *
 * @example
 * ```ts
 * import { parseTable, tableText } from '@iresnet/datasets';
 *
 * const bytes = new TextEncoder().encode('a,b\n1,2\n'); // or new Uint8Array(await file.arrayBuffer())
 * console.log(parseTable(await tableText(bytes, { file: 'dropped.csv' })).values); // Float64Array(2) [ 1, 2 ]
 * ```
 */
export async function tableText(
  bytes: Uint8Array,
  options: { readonly file?: string } = {},
): Promise<string> {
  checkOptions('datasets.tableText', options, { file: true });
  const form = columnarForm(bytes);
  if (!form) return new TextDecoder().decode(bytes);
  const whole = bytes.slice();
  const runs = columnarRecords(options.file ?? 'datasets.tableText', form, {
    parquet: () => Promise.resolve(whole.buffer),
    arrow: () => Promise.resolve(whole),
  });
  const lines: string[] = [];
  for await (const records of runs)
    for (const { fields } of records) lines.push(`${fields.map(quotedCell).join()}\n`);
  return lines.join('');
}
