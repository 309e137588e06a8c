/** A word about how a table was read. It does not stop the reading. */
export interface TableNotice {
  /**
   * What it is about: how the header was found, the encoding of the text, lines that are not rows,
   * columns that
   * are left out, or what stands out among the values.
   */
  readonly kind: 'header' | 'encoding' | 'skipped' | 'columns' | 'values';
  /** One line, without the name of the file. */
  readonly text: string;
}
