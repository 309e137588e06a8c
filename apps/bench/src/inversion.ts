import { linalg, linspace, matMul, mean, mul, neg, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { createRng, noGrad, type LipschitzMap, type Rng } from '@iresnet/core';
import { toy2d } from '@iresnet/datasets';
import { anderson, invertResidual, newtonGmres, picard, type FixedPointSolver } from '@iresnet/inversion';
import { dense, maxMin, sequential, sin } from '@iresnet/lipschitz';
import { denseFlow } from '@iresnet/model';
import { adam, cosine, fit } from '@iresnet/training';
import type { Benchmark } from './benchmark';

/** What a solver is asked for: ‖y − x − g(x)‖ relative to max(‖x‖, ‖y‖), per sample. */
const RTOL = 1e-5;
const BATCH = 256;
const TRAINING_STEPS = 600;

const solvers: readonly (readonly [string, FixedPointSolver])[] = [
  ['picard', picard()],
  ['anderson(2)', anderson({ memory: 2 })],
  ['anderson(5)', anderson()],
  ['newtonGmres(4)', newtonGmres({ products: 4 })],
  ['newtonGmres(8)', newtonGmres()],
  ['newtonGmres(16)', newtonGmres({ products: 16 })],
];

interface Case {
  readonly name: string;
  readonly branches: readonly { readonly g: LipschitzMap; readonly y: Tensor }[];
}

/**
 * Evaluations of g (a Jacobian product counts as one) until every sample of a batch is inverted.
 */
export const inversion: Benchmark = {
  name: 'inversion',
  summary: 'evaluations of g until every sample is inverted, for each solver',
  options: ['(none)'],
  async run() {
    await useBackend('wasm');
    const rng = createRng(0);
    const cases = [
      await trained(rng.split('trained')),
      ...worst(rng.split('worst')),
      ...symmetric(rng.split('symmetric')),
    ];
    console.log(
      `‖y − x − g(x)‖ ≤ ${RTOL}·max(‖x‖, ‖y‖), batches of ${BATCH}; mean over the branches of a case, most in brackets\n`,
    );
    const header = ['case', ...solvers.map(([name]) => name)];
    const rows = cases.map(({ name, branches }) => [
      name,
      ...solvers.map(([, solver]) => {
        const counts = branches.map(({ g, y }) => evaluations(g, y, solver));
        if (counts.some((count) => count === null)) return 'not reached';
        const all = counts as number[];
        return `${(all.reduce((a, b) => a + b, 0) / all.length).toFixed(1)} (${Math.max(...all)})`;
      }),
    ]);
    for (const row of [header, header.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
  },
};

function evaluations(g: LipschitzMap, y: Tensor, solver: FixedPointSolver): number | null {
  const result = noGrad(() =>
    invertResidual(g, y, { solver, atol: 0, rtol: RTOL, maxSteps: 5000, onFailure: 'return' }),
  );
  result.value.dispose();
  return result.converged.every(Boolean) ? result.evaluations : null;
}

/** The branches of a density trained on 8 gaussians, each at the values it meets. */
async function trained(rng: Rng): Promise<Case> {
  const set = toy2d('8gaussians');
  const density = denseFlow({ dimension: 2 }, rng.split('model'));
  await fit<Tensor2D>({
    params: density.params,
    loss: (x, lossRng) => neg(mean(density.logProb(x, lossRng))),
    batches: (_step, batchRng) => set.sample(BATCH, batchRng) as Tensor2D,
    steps: TRAINING_STEPS,
    optimizer: adam(),
    schedule: cosine(0.005, TRAINING_STEPS),
    rng: rng.split('fit'),
  });
  const bounds = density.blocks.map((block) => block.lipschitzBound());
  const range = `${Math.min(...bounds).toFixed(2)}–${Math.max(...bounds).toFixed(2)}`;
  return {
    name: `8 trained blocks, d = 2, L = ${range}`,
    branches: density.blocks.map((block) => ({
      g: block.branch,
      y: block.forward(rng.normal([BATCH, 2])),
    })),
  };
}

/**
 * Branches that contract by exactly L in every direction, the worst that L allows, and smooth ones
 * of the same weights.
 */
function worst(rng: Rng): Case[] {
  const d = 64;
  return [0.9, 0.98, 0.99].flatMap((lipschitz) =>
    [
      { name: 'orthogonal, MaxMin', activation: maxMin },
      { name: 'orthogonal, sin', activation: sin },
    ].map(({ name, activation }) => {
      const layer = (label: string): LipschitzMap => {
        const made = dense({ inputs: d, outputs: d, coefficient: Infinity, bias: false, rng });
        tidy(() => {
          const q = linalg.qr(rng.split(label).normal([d, d]) as Tensor2D)[0];
          made.params['kernel']!.assign(mul(q, Math.sqrt(lipschitz)));
        });
        return made;
      };
      const g = sequential(layer('first'), activation(), layer('second'));
      return { name: `${name}, d = ${d}, L = ${lipschitz}`, branches: [{ g, y: rng.normal([BATCH, d]) }] };
    }),
  );
}

/**
 * Linear branches with eigenvalues spread over [−L, L]: the worst kind that a Krylov method can do
 * something about.
 */
function symmetric(rng: Rng): Case[] {
  const d = 64;
  return [0.9, 0.98, 0.99].map((lipschitz) => {
    const g = dense({ inputs: d, outputs: d, coefficient: Infinity, bias: false, rng });
    tidy(() => {
      const q = linalg.qr(rng.split('vectors').normal([d, d]) as Tensor2D)[0];
      const values = linspace(-lipschitz, lipschitz, d);
      g.params['kernel']!.assign(matMul(mul(q, values), q, false, true));
    });
    return {
      name: `symmetric, linear, d = ${d}, L = ${lipschitz}`,
      branches: [{ g, y: rng.normal([BATCH, d]) }],
    };
  });
}
