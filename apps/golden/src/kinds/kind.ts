import type { GoldenCase } from '../goldenCase';
import type { Manifest } from '../manifest';

/** One kind of case: how to know it by its content, and how to compute it with the packages. */
export interface Kind {
  /** For `--only`. */
  readonly name: string;
  /** Whether a manifest is of this kind, by its configuration and tensors; never by its name. */
  matches(manifest: Manifest): boolean;
  /** Why a case of this kind cannot run, or undefined when it can. */
  unable(manifest: Manifest): string | undefined;
  /** Compute everything that the case holds and compare. Runs in a tidy. */
  run(golden: GoldenCase): void;
}
