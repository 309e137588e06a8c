/** Wall time and the processor time of all threads of the process, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly cpu: number;
}

export function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

/** What passed between moments that follow each other. */
export function differences(moments: readonly Moment[]): Moment[] {
  return moments.slice(1).map((after, i) => {
    const before = moments[i]!;
    return { wall: after.wall - before.wall, cpu: after.cpu - before.cpu };
  });
}

/** The middle of some numbers and the least of them. */
export interface Spread {
  readonly median: number;
  readonly min: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min: sorted[0]! };
}
