/**
 * The closest candidate within ⌊length/3⌋ edits, formatted to append to an error message:
 * ` (did you mean 'x'?)`. Otherwise an empty string.
 */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const most = Math.max(1, Math.floor(name.length / 3));
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: edits(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest ? ` (did you mean '${nearest.candidate}'?)` : '';
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words. */
function edits(a: string, b: string): number {
  const table = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(table[i - 1]![j]! + 1, row[j - 1]! + 1, table[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, table[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    table.push(row);
  }
  return table[a.length]![b.length]!;
}
