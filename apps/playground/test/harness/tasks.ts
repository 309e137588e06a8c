import type { CDPSession } from 'playwright-core';

/** A task of a thread as Chromium traces it. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ph: string;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Watch the tasks of the main thread of a page.
 *
 * @returns A function that ends the watch and gives the processor time of each task, milliseconds,
 * the longest first. Processor time is that of the task alone: a clock would count what other
 * programs of the machine do meanwhile.
 */
export async function watchTasks(session: CDPSession): Promise<() => Promise<number[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', 'toplevel', '__metadata'] },
  });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    const main = new Set(
      events
        .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
        .map((e) => `${e.pid} ${e.tid}`),
    );
    return events
      .filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && main.has(`${e.pid} ${e.tid}`))
      .map((e) => (e.tdur ?? 0) / 1000)
      .sort((a, b) => b - a);
  };
}
