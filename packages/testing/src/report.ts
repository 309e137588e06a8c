import { IResNetError, type Rng } from '@iresnet/core';

/** How well one law held: `error ≤ tolerance`. */
export interface Measurement {
  /** The law, such as `⟨u, A v⟩ = ⟨Aᵀ u, v⟩`. */
  readonly law: string;
  /** The measured error, in the units of the tolerance. */
  readonly error: number;
  readonly tolerance: number;
}

/** What every check takes. */
export interface CheckOptions {
  /** What the message calls the instance. */
  readonly name?: string;
  /**
   * Source of the random vectors; `createRng(0)` by default, so that a check gives the same answer
   * every time.
   */
  readonly rng?: Rng;
}

/** The measurements of one check, in order. */
export class Report {
  readonly measurements: Measurement[] = [];

  constructor(
    private readonly where: string,
    private readonly name: string,
  ) {}

  /** Note that `law` held within `tolerance`, or throw. NaN counts as broken. */
  measure(law: string, error: number, tolerance: number): void {
    this.measurements.push({ law, error, tolerance });
    if (error <= tolerance) return;
    throw new IResNetError(
      'argument',
      this.where,
      `expected ${this.name} to keep the law "${law}" within ${digits(tolerance)}, got ${digits(error)}`,
      { name: this.name, law, error, tolerance },
    );
  }

  /** A law that holds or does not. */
  require(law: string, holds: boolean): void {
    this.measure(law, holds ? 0 : Infinity, 0);
  }
}

function digits(x: number): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(3))) : String(x);
}
