import { IResNetError } from '@iresnet/core';

/** How records are written. */
export const recordForms = ['csv', 'jsonl', 'npy', 'parquet'] as const;
/** A name in {@link recordForms}. */
export type RecordForm = (typeof recordForms)[number];

/** How a file of records is written. */
export interface WrittenForm {
  readonly form: RecordForm;
  /** Whether it is compressed; text alone. */
  readonly gzip: boolean;
}

/** Extensions that ask for a form. */
const EXTENSIONS: Readonly<Record<string, RecordForm>> = {
  csv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  npy: 'npy',
  parquet: 'parquet',
};

/**
 * The form that the name of a file asks for: `.csv` and `.txt`, `.jsonl` and `.ndjson`, `.npy`,
 * `.parquet`; with `.gz` behind it a text is compressed.
 *
 * @param file - Undefined for standard output.
 * @param asked - The form that was asked for beside the name, if one was.
 * @param forms - Those that there are here.
 * @returns `asked`, or else csv, where the name says nothing.
 * @throws IResNetError of kind `argument` for another extension, which would be a false name, and
 * for one that contradicts `asked`.
 *
 * @example
 * ```ts
 * import { writtenForm } from '@iresnet/datasets';
 *
 * console.log(writtenForm('scores.csv.gz'), writtenForm(undefined, 'jsonl')); // csv in gzip, plain jsonl
 * ```
 */
export function writtenForm(
  file: string | undefined,
  asked?: RecordForm,
  forms: readonly RecordForm[] = recordForms,
): WrittenForm {
  const name = /[^/\\]*$/.exec(file ?? '')![0].toLowerCase();
  const [, extension, gz] = /[^.]\.([^.]+?)(\.gz)?$/.exec(name) ?? [];
  const refuse = (what: string): never => {
    throw new IResNetError('argument', file!, what);
  };
  if (extension === undefined) return { form: asked ?? 'csv', gzip: false };
  const named = Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension]! : undefined;
  const gzip = gz !== undefined;
  if (named === undefined || !forms.includes(named) || (gzip && named !== 'csv' && named !== 'jsonl')) {
    const known = forms.map((form) => `.${form}`).join(', ');
    return refuse(
      `expected a name that ends with one of ${known}, or with .csv.gz or .jsonl.gz, got .${extension}${gz ?? ''}`,
    );
  }
  if (asked !== undefined && asked !== named)
    refuse(`expected a file for ${asked}, got the name of one for ${named}`);
  return { form: named, gzip };
}
