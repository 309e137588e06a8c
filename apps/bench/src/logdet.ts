import {
  concat,
  linalg,
  matMul,
  mean,
  neg,
  split,
  sub,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { createRng, noGrad, type LinearOperator, type LogDetEstimator, type Rng } from '@iresnet/core';
import { toy2d } from '@iresnet/datasets';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  exact,
  geometric,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
  russianRoulette,
  type AdaptedProbe,
} from '@iresnet/logdet';
import { denseFlow, denseFlowDefaults, type DenseFlow } from '@iresnet/model';
import { adam, cosine, fit } from '@iresnet/training';
import type { Benchmark } from './benchmark';

/** Two-dimensional sets side by side: d = 16. */
const PLANES = 8;
const DIMENSION = 2 * PLANES;
const STEPS = 400;
const BATCH = 64;
/** Repeats of a random estimate. */
const REPEATS = 40;

/** Bias, spread and cost of the log-determinant estimators on the blocks of a trained model. */
export const logdet: Benchmark = {
  name: 'logdet',
  summary: 'bias, standard deviation, products and time of every log-determinant estimator',
  options: ['(none)'],
  async run() {
    await useBackend('wasm');
    for (const coefficient of [0.9, 0.98]) {
      const rng = createRng(1);
      const density = await trained(coefficient, rng.split('model'));
      const jacobians = linearizations(density, rng.split('at'));
      const bounds = density.blocks.map((block) => block.lipschitzBound());
      console.log(
        `\ncoefficient ${coefficient}: ${jacobians.length} trained blocks, d = ${DIMENSION}, proven L up to ${Math.max(...bounds).toFixed(3)}; ` +
          `bits/dim, sum over the blocks, mean over ${BATCH} examples\n`,
      );
      console.log('| estimator | products | bias | std of one probe | ms |');
      console.log('| --- | --- | --- | --- | --- |');
      for (const { name, make, random } of estimators()) {
        const { bias, deviation, products, ms } = measure(make, random, jacobians, rng.split(name));
        console.log(
          `| ${name} | ${products.toFixed(1)} | ${bias.toExponential(1)} | ${deviation.toExponential(1)} | ${ms.toFixed(1)} |`,
        );
      }
    }
  },
};

interface Candidate {
  readonly name: string;
  /** The estimator with the probes given. */
  readonly make: (probe: AdaptedProbe) => LogDetEstimator;
  /** Its probes in use; the bias is measured with a basis, which leaves the truncation alone. */
  readonly random: AdaptedProbe;
}

function estimators(): Candidate[] {
  const one = rademacher();
  return [
    ...[2, 3, 5, 10, 20].map((terms) => ({
      name: `powerSeries, ${terms} terms`,
      make: (probe: AdaptedProbe) => powerSeries({ truncation: terms, probe }),
      random: one,
    })),
    {
      name: 'powerSeries, roulette 2 + geometric(0.5)',
      make: (probe) => powerSeries({ truncation: russianRoulette({ distribution: geometric(0.5) }), probe }),
      random: one,
    },
    ...[1, 2, 3, 4, 5, 8].map((products) => ({
      name: `arnoldi(${products})`,
      make: (probe: AdaptedProbe) => arnoldi({ products, probe }),
      random: one,
    })),
    {
      name: 'adaptiveArnoldi(0.01 nats)',
      make: (probe) => adaptiveArnoldi({ tolerance: 0.01, probe }),
      random: one,
    },
    {
      name: 'arnoldi(3), 4 rademacher',
      make: (probe) => arnoldi({ products: 3, probe }),
      random: rademacher(4),
    },
    {
      name: 'arnoldi(3), 4 orthogonal',
      make: (probe) => arnoldi({ products: 3, probe }),
      random: orthogonal(4),
    },
    {
      name: 'arnoldi(3), Hutch++ 2 + 2',
      make: (probe) => arnoldi({ products: 3, probe }),
      random: hutchPlusPlus({ directions: 2, probe: rademacher(2) }),
    },
  ];
}

/** Sums over the blocks, in bits per dimension. */
function measure(make: Candidate['make'], random: AdaptedProbe, jacobians: readonly Linearized[], rng: Rng) {
  const sums = (estimator: LogDetEstimator, label: string): Float64Array => {
    const total = new Float64Array(BATCH);
    jacobians.forEach(({ jacobian, x }, i) => {
      noGrad(() =>
        tidy(() => {
          estimator(jacobian, x, rng.split(label).split(i))
            .dataSync()
            .forEach((value, b) => (total[b]! += value));
        }),
      );
    });
    return total;
  };
  const toBits = 1 / (DIMENSION * Math.LN2);
  const truth = sums(exact(), 'exact');
  // A roulette's expectation is the limit; what is measured of it is its spread.
  const average = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
  const onBasis = Array.from({ length: 10 }, (_, r) => average(sums(make(basis()), `basis ${r}`)));
  const bias = (onBasis.reduce((a, b) => a + b, 0) / onBasis.length - average(truth)) * toBits;
  const estimator = make(random);
  counter.products = 0;
  const start = performance.now();
  let squares = 0;
  for (let r = 0; r < REPEATS; r++) {
    const values = sums(estimator, `draw ${r}`);
    squares += values.reduce((total, value, b) => total + (value - truth[b]!) ** 2, 0);
  }
  const ms = (performance.now() - start) / REPEATS;
  return {
    bias,
    deviation: Math.sqrt(squares / (REPEATS * BATCH)) * toBits,
    products: counter.products / (REPEATS * jacobians.length),
    ms,
  };
}

interface Linearized {
  readonly x: Tensor;
  readonly jacobian: LinearOperator;
}

const counter = { products: 0 };

/** The Jacobians of the residual branches where the model meets its data; each product counts the vectors per example. */
function linearizations(density: DenseFlow, rng: Rng): Linearized[] {
  let h: Tensor = data(rng, BATCH);
  return density.blocks.map((block) => {
    const x = h;
    const { jacobian } = noGrad(() => block.branch.linearize(x));
    h = block.forward(x);
    return {
      x,
      jacobian: {
        ...jacobian,
        matvec(v: Tensor) {
          counter.products += v.rank === x.rank ? 1 : v.shape[0]!;
          return jacobian.matvec(v);
        },
      },
    };
  });
}

/** Eight two-moon sets side by side, turned by a fixed rotation. */
function data(rng: Rng, n: number): Tensor2D {
  return tidy(() => {
    const moons = toy2d('moons');
    const planes = split(moons.sample(n * PLANES, rng), PLANES);
    const q = linalg.qr(createRng(7).normal([DIMENSION, DIMENSION]) as Tensor2D)[0] as Tensor2D;
    const x = concat(planes, 1) as Tensor2D;
    return matMul(sub(x, mean(x, 0)) as Tensor2D, q);
  });
}

async function trained(coefficient: number, rng: Rng): Promise<DenseFlow> {
  const density = denseFlow(
    { ...denseFlowDefaults(DIMENSION), actNorm: false, activation: 'elu', coefficient },
    rng.split('start'),
  );
  await fit<Tensor2D>({
    params: density.params,
    loss: (x, lossRng) => neg(mean(density.logProb(x, lossRng))),
    batches: (_step, batchRng) => data(batchRng, 128),
    steps: STEPS,
    optimizer: adam(),
    schedule: cosine(0.005, STEPS),
    rng: rng.split('fit'),
  });
  return density;
}
