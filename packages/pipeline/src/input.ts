/** Rows of numbers with named columns. A distribution on the plane is one too. */
export interface TableInput {
  readonly kind: 'table';
  /** Name of the data. */
  readonly title: string;
  /** The columns, in the order in which the model takes them. */
  readonly columns: readonly string[];
  /** Name of the column of the classes, which the model predicts; null without classes. */
  readonly label: string | null;
  readonly classes: readonly string[];
}

/** Images of one size. */
export interface ImageInput {
  readonly kind: 'images';
  /** Name of the data. */
  readonly title: string;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  /** How many values a pixel can take. */
  readonly levels: number;
  readonly classes: readonly string[];
}

/** What a model takes in. */
export type Input = TableInput | ImageInput;
