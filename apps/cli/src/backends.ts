import '@iresnet/core/gradients';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { listBackends, type ListedBackend } from '@iresnet/backend';
import { aligned } from '@iresnet/pipeline/run';
import type { BackendsRequest } from './requests/backends';
import type { Output } from './terminal/output';

/** Start each backend in turn, measure it, and print what was found. */
export async function showBackends(
  { seconds, threads, json }: BackendsRequest,
  output: Output,
): Promise<number> {
  enableProdMode();
  output.log('starting each backend, some seconds …');
  const listed = await listBackends({ seconds, ...(threads !== undefined && { threads }) });
  await output.data(json ? `${JSON.stringify(listed)}\n` : lines(listed));
  return 0;
}

function lines(listed: readonly ListedBackend[]): string {
  const header = ['backend', 'version', 'device', 'threads', 'conv2d, GFLOP/s', 'matMul, GFLOP/s'];
  const rows = listed.map((backend) =>
    backend.started
      ? [
          backend.name,
          backend.version,
          backend.device,
          String(backend.threads),
          backend.rates.conv2d.toFixed(1),
          backend.rates.matMul.toFixed(1),
        ]
      : [backend.name, `not here: ${backend.error}`],
  );
  return aligned([header, ...rows]);
}
