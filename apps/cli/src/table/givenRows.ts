import { IResNetError } from '@iresnet/core';
import { parseTable, type Table } from '@iresnet/datasets';
import type { Pipeline, TableInput } from '@iresnet/pipeline';
import type { SampleRequest } from '../requests/invert';
import { readTable } from '../run/tableFile';
import type { Output } from '../terminal/output';

const WHERE = 'iresnet sample';

/**
 * The values of given columns that rows are drawn for: one row of flags, or those of a file; null
 * for a model without.
 */
export async function givenRows(
  { input }: Pipeline,
  { given: values, givenRows: file }: SampleRequest,
  output: Output,
): Promise<Table | null> {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', WHERE, what);
  };
  const { given } = input as TableInput;
  if (!given) {
    if (values ?? file)
      refuse('expected a model with given columns for --given and --given-rows, got one without');
    return null;
  }
  const { columns, kinds } = given;
  if ((values === undefined) === (file === undefined))
    refuse(
      `expected --given ${columns.map((name) => `${name}=…`).join()} or --given-rows, got ${file === undefined ? 'neither' : 'both'}`,
    );
  const read = { columns, ...(kinds && { kinds }), missing: 'refuse' } as const;
  if (file !== undefined) return readTable({ file, ...read }, output);
  const cells = columns.map((name) => {
    const found = values!.filter((text) => text.startsWith(`${name}=`));
    if (found.length !== 1) refuse(`expected a value of ${name} in --given, got ${found.length}`);
    return found[0]!.slice(name.length + 1);
  });
  const extra = values!.find((text) => !columns.some((name) => text.startsWith(`${name}=`)));
  if (extra !== undefined)
    refuse(`expected values of the given columns ${columns.join(', ')} in --given, got ${extra}`);
  const line = (texts: readonly string[]): string =>
    `${texts.map((text) => `"${text.replaceAll('"', '""')}"`).join()}\n`;
  return parseTable(line(columns) + line(cells), { ...read, header: true, separator: ',', file: '--given' });
}
