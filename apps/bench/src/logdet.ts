import { cpus, loadavg } from 'node:os';
import { tidy, type Tensor } from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { createRng, noGrad, type LogDetEstimator, type Rng } from '@iresnet/core';
import {
  adaptiveArnoldi,
  arnoldi,
  basis,
  exact,
  gaussian,
  geometric,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
  russianRoulette,
  type AdaptedProbe,
} from '@iresnet/logdet';
import type { Benchmark } from './benchmark';
import { DIMENSION, trainedBlocks, type LinearizedBlock } from './trainedBlocks';

const BATCH = 64;
/** Repeats of a random estimate. */
const REPEATS = 30;
/** Repeats on a full basis, for the bias of a roulette. */
const DRAWS = 4;

/** Bias, spread and cost of the log-determinant estimators on the blocks of a trained model. */
export const logdet: Benchmark = {
  name: 'logdet',
  summary: 'bias, standard deviation, products and time of every log-determinant estimator',
  options: ['(none)'],
  async run() {
    await useBackend('wasm');
    const [core] = cpus();
    console.log(
      `Node ${process.version}, ${cpus().length} × ${core!.model}, load ${loadavg()[0]!.toFixed(1)}`,
    );
    for (const coefficient of [0.9, 0.98]) {
      const rng = createRng(1);
      const blocks = await trainedBlocks(coefficient, BATCH);
      const counter = { products: 0 };
      const traced = blocks.map((block) => counting(block, counter));
      const bare = traced.map(({ jacobian: { trace: _, ...products }, ...rest }) => ({
        ...rest,
        jacobian: products,
      }));
      console.log(
        `\ncoefficient ${coefficient}: ${blocks.length} trained blocks, d = ${DIMENSION}, proven L up to ` +
          `${Math.max(...blocks.map((block) => block.lipschitz)).toFixed(3)}; bits/dim, sum over the blocks, ${BATCH} examples\n`,
      );
      console.log('| estimator | products | bias | standard deviation | ms |');
      console.log('| --- | --- | --- | --- | --- |');
      for (const { name, make, random, traced: knows } of estimators()) {
        const { bias, deviation, products, ms } = measure(
          make,
          random,
          knows ? traced : bare,
          counter,
          rng.split(name),
        );
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
  /** Whether the first term comes from the trace that the blocks know. */
  readonly traced?: boolean;
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
    ...[3, 4].map((products) => ({
      name: `arnoldi(${products}), first term exact`,
      make: (probe: AdaptedProbe) => arnoldi({ products, probe }),
      random: one,
      traced: true,
    })),
    {
      name: 'adaptiveArnoldi(0.01 nats)',
      make: (probe) => adaptiveArnoldi({ tolerance: 0.01, probe }),
      random: one,
    },
    // Sixteen probes each; Hutch++ spends a part on directions, one product more for each.
    ...Object.entries({
      '16 rademacher': rademacher(16),
      '16 gaussian': gaussian(16),
      '16 orthogonal': orthogonal(16),
      'Hutch++ 4 + 11': hutchPlusPlus({ directions: 4, probe: rademacher(11) }),
      'Hutch++ 8 + 6': hutchPlusPlus({ directions: 8, probe: rademacher(6) }),
      'Hutch++ 8 + 6 orthogonal': hutchPlusPlus({ directions: 8, probe: orthogonal(6) }),
    }).map(([probes, random]) => ({
      name: `arnoldi(3), ${probes}`,
      make: (probe: AdaptedProbe) => arnoldi({ products: 3, probe }),
      random,
    })),
  ];
}

/** Sums over the blocks, in bits per dimension. */
function measure(
  make: Candidate['make'],
  random: AdaptedProbe,
  blocks: readonly LinearizedBlock[],
  counter: { products: number },
  rng: Rng,
) {
  const sums = (estimator: LogDetEstimator, label: string): Float64Array => {
    const total = new Float64Array(BATCH);
    blocks.forEach(({ jacobian, x }, i) => {
      noGrad(() =>
        tidy(() => {
          estimator(jacobian, x.shape, rng.split(label).split(i))
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
  const onBasis = Array.from({ length: DRAWS }, (_, r) => average(sums(make(basis()), `basis ${r}`)));
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
    products: counter.products / (REPEATS * blocks.length),
    ms,
  };
}

/** The block with its products counted, by the vectors per example. */
function counting(block: LinearizedBlock, counter: { products: number }): LinearizedBlock {
  const { x, jacobian } = block;
  return {
    ...block,
    jacobian: {
      ...jacobian,
      matvec(v: Tensor) {
        counter.products += v.rank === x.rank ? 1 : v.shape[0]!;
        return jacobian.matvec(v);
      },
    },
  };
}
