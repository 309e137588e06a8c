/**
 * Does something soon, but not more often than every so many milliseconds. Who asks again
 * meanwhile gets it done once.
 */
export function seldom(milliseconds: number, act: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      act();
    }, milliseconds);
  };
}
