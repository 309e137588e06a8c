/** One benchmark of `npm run bench -- <name>`. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, in one line. */
  readonly summary: string;
  /** Lines for the help: one per option. */
  readonly options: readonly string[];
  /** Measures and prints. `args` is what follows the name. */
  run(args: readonly string[]): Promise<void>;
}
