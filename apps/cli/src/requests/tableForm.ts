import { IResNetError } from '@iresnet/core';
import type { DecimalMark, GroupingMark } from '@iresnet/datasets';

/** How the text of a table is written, as flags say it. */
export interface TableFormFlags {
  readonly header?: 'yes' | 'no' | 'auto';
  readonly separator?: string;
  readonly decimal?: DecimalMark;
  readonly grouping?: GroupingMark;
}

/** How the text of a table is written; what is absent is found out. */
export interface TableForm {
  readonly header?: boolean;
  readonly separator?: string;
  readonly decimal?: DecimalMark;
  readonly grouping?: GroupingMark;
}

/** The names of {@link TableFormFlags}. */
export const tableFormFlags = [
  'header',
  'separator',
  'decimal',
  'grouping',
] as const satisfies readonly (keyof TableFormFlags)[];

/** What flags say of a table. */
export function tableForm({ header = 'auto', separator, decimal, grouping }: TableFormFlags): TableForm {
  return {
    ...(header !== 'auto' && { header: header === 'yes' }),
    ...(separator !== undefined && { separator }),
    ...(decimal !== undefined && { decimal }),
    ...(grouping !== undefined && { grouping }),
  };
}

/** Refuse flags of a table where there is none. */
export function refuseTableForm(flags: TableFormFlags, where: string, expected: string): void {
  const given = tableFormFlags.filter((name) => flags[name] !== undefined).map((name) => `--${name}`);
  if (given.length > 0) throw new IResNetError('argument', where, `${expected}, got ${given.join(', ')}`);
}
