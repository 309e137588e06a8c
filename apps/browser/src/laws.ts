import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { actNorm, chain, residualBlock } from '@iresnet/flows';
import { anderson, invertResidual, newtonGmres, picard, type FixedPointSolver } from '@iresnet/inversion';
import { conv2d, dense, elu, sequential, sin } from '@iresnet/lipschitz';
import { arnoldi, basis, exact, powerSeries } from '@iresnet/logdet';
import { checkBijector, checkEstimator, checkLipschitz, checkMap, checkOperator } from '@iresnet/testing';

/**
 * Hold one piece of each kind to its laws on a backend: an operator, dense and convolutional maps,
 * a flow of two blocks, estimators, solvers. Returns what was measured; a law that is broken
 * throws.
 */
export async function laws({ backend, wasmPaths }: { backend: BackendName; wasmPaths: string }) {
  await useBackend(backend, { wasmPaths });
  const rng = createRng(1);
  const size = [4, 4] as const;
  const branch = (seed: string) =>
    sequential(
      dense({ inputs: 3, outputs: 5, rng: rng.split(seed) }),
      sin(),
      dense({ inputs: 5, outputs: 3, rng: rng.split(seed).split(1) }),
    );
  const images = sequential(
    conv2d({ inputs: 2, outputs: 3, kernelSize: 3, imageSize: size, rng: rng.split('in') }),
    elu(),
    conv2d({ inputs: 3, outputs: 2, kernelSize: 1, imageSize: size, rng: rng.split('out') }),
  );
  const vectors = branch('map');
  const logDet = exact();
  const flow = chain(
    actNorm([3]),
    residualBlock(branch('a'), { logDet }),
    residualBlock(branch('b'), { logDet }),
  );
  const x = rng.split('x').normal([3, 3]);
  const y = tf.add(x, vectors.apply(x));
  const solved = (solver: FixedPointSolver) => {
    const found = invertResidual(vectors, y, { lipschitz: vectors.lipschitzBound(), solver });
    const error = tf.max(tf.abs(tf.sub(found.value, x))).dataSync()[0]!;
    // y and g are rounded by some units of 2⁻²² each, and 1/(1 − 0.81) of that is left in x.
    return { law: 'a solver finds x', error: found.boundKind === 'proven' ? error : NaN, tolerance: 1e-5 };
  };
  const pixels = rng.split('pixels').normal([2, ...size, 2]);
  return [
    ...checkOperator(vectors.linearize(x).jacobian, { name: 'a Jacobian', batch: 3 }),
    ...checkMap(vectors, x, { name: 'dense layers' }),
    ...checkLipschitz(vectors, x, { name: 'dense layers' }),
    ...checkMap(images, pixels, { name: 'convolutions' }),
    ...checkLipschitz(images, pixels, { name: 'convolutions' }),
    ...checkBijector(flow, x, { name: 'a flow' }),
    ...[anderson(), picard(), newtonGmres()].map(solved),
    ...checkEstimator(exact(), { name: 'exact' }),
    ...checkEstimator(arnoldi({ products: 3, probe: basis() }), { name: 'arnoldi', exact: false }),
    ...checkEstimator(powerSeries({ truncation: 60, probe: basis() }), {
      name: 'the power series',
      rtol: 2e-4,
    }),
  ];
}
