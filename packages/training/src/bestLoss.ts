/** The best validation of a run. */
export interface BestLoss {
  readonly step: number;
  readonly loss: number;
}
