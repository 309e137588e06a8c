import type { Figures } from './figures';
import type { Estimate } from './statistics';

/** The figures as lines for a terminal. */
export function summarize(figures: Figures): string {
  const { heldOut, references, integral, inverse, lipschitz } = figures;
  const lines: [string, string][] = [
    ['held-out log-likelihood', `${withError(heldOut)} nats (${figures.heldOutRows} rows)`],
    ...references.map(({ name, value, gain }): [string, string] => [
      `  ${name}`,
      `${withError(value)} nats, model ahead by ${withError(gain)}`,
    ]),
  ];
  if (integral !== null) lines.push(['integral of the density', `${integral.toFixed(5)} over the box`]);
  lines.push(
    [
      'largest inverse error',
      `${inverse.sampleError.toExponential(1)} (latent), ${inverse.reconstructionError.toExponential(1)} (deviations)`,
    ],
    [
      '  a-posteriori bound',
      `${inverse.errorBound.toExponential(1)} a solve, ${inverse.evaluationsPerBlock.toFixed(1)} evaluations a block`,
    ],
    [
      'Lipschitz bounds of the blocks',
      `${Math.min(...lipschitz).toFixed(3)} to ${Math.max(...lipschitz).toFixed(3)}, all proven`,
    ],
  );
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  return lines.map(([label, value]) => `${label.padEnd(width)}${value}`).join('\n');
}

/** `−1.503 ± 0.081`. */
export function withError({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
