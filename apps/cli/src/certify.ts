import { certify } from '@iresnet/pipeline';
import { exitCode } from './exit';
import type { ModelRequest } from './requests/judge';
import type { Opened } from './run/dispatch';
import { aligned } from './terminal/aligned';
import { printableText } from './terminal/printable';
import type { Output } from './terminal/output';

type Certificate = ReturnType<typeof certify>;

/**
 * Print what is proven of a model.
 *
 * @returns `notProven` unless the whole model is.
 */
export async function certifyModel(
  { pipeline }: Opened,
  { json }: Pick<ModelRequest, 'json'>,
  output: Output,
): Promise<number> {
  const certificate = certify(pipeline);
  await output.data(json ? `${JSON.stringify(certificate)}\n` : printableText(describe(certificate)));
  if (certificate.invertible) return exitCode.ok;
  const [first, ...rest] = certificate.flaws;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  output.log(`not proven invertible: ${first!.part}: ${first!.problem}${more}`);
  return exitCode.notProven;
}

function describe(certificate: Certificate): string {
  const { invertible, flaws, covers, blocks, lipschitzBound, inverseLipschitz, logDetBias } = certificate;
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
    block.lipschitzBound?.toFixed(6) ?? 'no bound',
    shown(block.inverseLipschitz),
    block.contractionSteps === null ? 'no bound' : String(block.contractionSteps),
    shown(block.logDetBias),
    block.layers.map((layer) => layer.lipschitzBound?.toFixed(3) ?? 'no bound').join(' · '),
  ]);
  return [
    aligned([header, ...rows], 'padStart'),
    `\nall blocks: Lip(F) ≤ ${shown(lipschitzBound)}, Lip(F⁻¹) ≤ ${shown(inverseLipschitz)}, bias of log|det| ≤ ${shown(logDetBias)} nats\n`,
    `covered: ${covers.values} values of ${covers.tensors} tensors, all scales and biases, ${covers.blocks} residual blocks\n`,
    ...flaws.map(({ part, problem }) => `flaw: ${part}: ${problem}\n`),
    invertible ? 'the whole model is proven invertible\n' : 'NOT proven invertible\n',
  ].join('');
}

function shown(value: number | null): string {
  return value === null ? 'no bound' : value === 0 ? '0' : value.toPrecision(4);
}
