import type { certify } from '../certify';
import { aligned } from './aligned';

/**
 * A certificate as text: a line for each residual block with its bounds, then what holds of the
 * whole model, what the certificate covers, and each flaw.
 *
 * @example
 * ```ts
 * import { toy2d } from '@iresnet/datasets';
 * import { certify, defaultRecipe, planeSource, train } from '@iresnet/pipeline';
 * import { describeCertificate } from '@iresnet/pipeline/run';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 2 };
 * const { pipeline } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * console.log(describeCertificate(certify(pipeline))); // block  Lip(g) ≤  …
 * ```
 */
export function describeCertificate(certificate: ReturnType<typeof certify>): string {
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
