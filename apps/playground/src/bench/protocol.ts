/** The backends that a page can have. */
export const backends = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
export type Backend = (typeof backends)[number];

/** What is tried on each, in this order. */
export const tasks = ['start', 'train', 'score', 'draw', 'invert', 'prove'] as const;
export type Task = (typeof tasks)[number];

/** What came of a task. */
export interface Result {
  readonly task: Task;
  /** Milliseconds: of a step, or of the whole task; null where it failed. */
  readonly milliseconds: number | null;
  /** What it gave, or why it failed. */
  readonly text: string;
  /** A number that backends can be compared by: the loss. */
  readonly value?: number;
}
