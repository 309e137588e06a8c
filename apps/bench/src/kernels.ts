import { engine, env, getBackend, getKernel, profile } from '@tensorflow/tfjs';

/** The calls of one kernel, all its inputs together. */
export interface KernelShare {
  readonly name: string;
  readonly calls: number;
  readonly ms: number;
}

/** What the kernels of one step do. */
export interface KernelProfile {
  readonly calls: number;
  readonly ms: number;
  /** Most tensors, and most bytes, alive at once. */
  readonly peakTensors: number;
  readonly peakBytes: number;
  /** The most expensive first. */
  readonly kernels: readonly KernelShare[];
}

/**
 * The kernel calls of one step, the mean over all steps but the first.
 *
 * @param run - Runs some steps and calls `stepEnd` after each.
 */
export async function profileKernels(run: (stepEnd: () => void) => Promise<unknown>): Promise<KernelProfile> {
  // The check reads every result back.
  env().set('CHECK_COMPUTATION_FOR_ERRORS', false);
  const ends: number[] = [];
  const { kernels } = await profile(async () => {
    await run(() => ends.push(engine().state.activeProfile.kernels.length));
    return [];
  });
  const steps = ends.length - 1;
  // Ops with a gradient of their own are reported too, under a name that is no kernel, on top of
  // what they call.
  const called = kernels
    .slice(ends[0], ends.at(-1))
    .filter(({ name }) => (getKernel(name, getBackend()) as unknown) !== undefined);
  const byName = new Map<string, { calls: number; ms: number }>();
  for (const { name, kernelTimeMs } of called) {
    const share = byName.get(name) ?? { calls: 0, ms: 0 };
    byName.set(name, { calls: share.calls + 1 / steps, ms: share.ms + Number(await kernelTimeMs) / steps });
  }
  const shares = [...byName].map(([name, share]) => ({ name, ...share }));
  const total = (of: (share: KernelShare) => number): number =>
    shares.reduce((sum, share) => sum + of(share), 0);
  return {
    calls: total((share) => share.calls),
    ms: total((share) => share.ms),
    peakTensors: Math.max(...called.map((kernel) => kernel.totalTensorsSnapshot)),
    peakBytes: Math.max(...called.map((kernel) => kernel.totalBytesSnapshot)),
    kernels: shares.sort((a, b) => b.ms - a.ms),
  };
}
