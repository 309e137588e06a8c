/**
 * The share of usual rows that are at most as likely, the row itself among them: (1 + #{s ≤ ln p})/(n + 1).
 * A usual row has such a value of α or less with probability α at most.
 *
 * @param usual - ln p of held-out rows, the least first.
 */
export function pValue(usual: readonly number[], logProb: number): number {
  const below = usual.findIndex((s) => s > logProb);
  return (1 + (below < 0 ? usual.length : below)) / (usual.length + 1);
}

/** What is less likely than this is strange at a share of false alarms; −∞ where too few rows are known. */
export function threshold(usual: readonly number[], alarm: number): number {
  return usual[Math.floor(alarm * (usual.length + 1)) - 1] ?? -Infinity;
}
