import type { Certificate } from '@iresnet/model';
import { startBackend } from './backend';
import type { CertifyOptions } from './commands/certify';
import { exitCode } from './exit';
import { openImageModel } from './image/model';
import { openModel } from './model';
import { kindOfModel } from './modelKind';
import type { Output } from './output';

/**
 * Print what is proven of a model.
 *
 * @returns `notProven` when it is not that every block is invertible.
 */
export async function certifyModel(
  path: string,
  { backend, json }: CertifyOptions,
  output: Output,
): Promise<number> {
  const kind = kindOfModel(path);
  await startBackend(backend);
  const certificate = await certificateOf(path, kind);
  await output.data(json ? `${JSON.stringify(certificate)}\n` : describe(certificate));
  if (certificate.invertible) return exitCode.ok;
  output.log('not proven invertible: a block has a Lipschitz bound of 1 or more');
  return exitCode.notProven;
}

async function certificateOf(path: string, kind: ReturnType<typeof kindOfModel>): Promise<Certificate> {
  if (kind === 'images') return (await openImageModel(path)).model.certify();
  const { density } = await openModel(path);
  const { certify } = await import('@iresnet/model');
  return certify(density);
}

function describe({ invertible, blocks, lipschitzBound, inverseLipschitz, logDetBias }: Certificate): string {
  const header = [
    'block',
    'Lip(g) ≤',
    'Lip(F⁻¹) ≤',
    'evaluations for 1e-6',
    'bias of log|det| ≤, nats',
    'its layers',
  ];
  const rows = blocks.map((block, i) => [
    String(i),
    block.lipschitzBound.toFixed(6),
    shown(block.inverseLipschitz),
    block.contractionSteps === null ? 'no bound' : String(block.contractionSteps),
    shown(block.logDetBias),
    block.layers.map((layer) => layer.lipschitzBound.toFixed(3)).join(' · '),
  ]);
  const widths = header.map((name, j) => Math.max(name.length, ...rows.map((row) => row[j]!.length)));
  const line = (cells: readonly string[]): string =>
    `${cells.map((text, j) => text.padStart(widths[j]!)).join('  ')}\n`;
  return [
    ...[header, ...rows].map(line),
    `\nall blocks: Lip(F) ≤ ${shown(lipschitzBound)}, Lip(F⁻¹) ≤ ${shown(inverseLipschitz)}, bias of log|det| ≤ ${shown(logDetBias)} nats\n`,
    invertible ? 'every block is proven invertible\n' : 'NOT proven invertible\n',
  ].join('');
}

function shown(value: number | null): string {
  return value === null ? 'no bound' : value === 0 ? '0' : value.toPrecision(4);
}
