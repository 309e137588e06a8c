import {
  abs,
  add,
  argMax,
  concat,
  max,
  mul,
  reshape,
  softmax,
  sub,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { compose, type BoundKind, type ReportOptions, type Shape } from '@iresnet/core';
import { checkRng, checkTensor, ensure, lengthsAbove, readBounds, readProven } from '@iresnet/core/internal';
import { localBounds, reportForward, type Decoded } from '@iresnet/flows';
import { certify } from './certify';
import type { ClassifierHead } from './classifierHead';
import type { FlowModel } from './flowModel';
import type { DenseIResNet, ImageIResNet, IResNet } from './network';

/** The parts that decide a network, and their configuration. */
export type NetworkParts =
  | Pick<DenseIResNet, 'kind' | 'config' | 'flow' | 'head'>
  | Pick<ImageIResNet, 'kind' | 'config' | 'flow' | 'head'>;

/** The methods of a network, from its flow and its head. */
export function assemble(parts: NetworkParts): IResNet {
  const { flow, head } = parts;
  const { shape } = flow;
  const where = (name: string): string => `model.iResNet.${name}`;
  const withHead = (name: string): ClassifierHead => {
    ensure(head !== null, where(name), () => 'expected a configuration with a head, got none');
    return head;
  };
  const check = (name: string, x: Tensor): void => checkBatch(where(name), 'x', x, shape);
  const decodeAndFree = (z: Tensor, zError?: readonly number[], options?: ReportOptions): Decoded => {
    try {
      return flow.decode(z, zError, options);
    } finally {
      z.dispose();
    }
  };
  const whole = compose({ flow, ...(head && { head }) });
  return {
    ...parts,
    ...(parts.kind === 'dense' &&
      flow.at && {
        at: (context: Tensor) => assemble({ ...parts, flow: flow.at!(context) }) as DenseIResNet,
      }),
    shape,
    ...whole,
    sample: flow.sample,
    bitsPerDim: flow.bitsPerDim,
    logProb(x, rng) {
      check('logProb', x);
      checkRng(where('logProb'), rng);
      return flow.logProb(x, rng);
    },
    decode(z, zError) {
      checkBatch(where('decode'), 'z', z, flow.base.shape);
      return flow.decode(z, zError);
    },
    encode(x) {
      check('encode', x);
      return flow.encode(x);
    },
    logits(x, options) {
      const classifier = withHead('logits');
      check('logits', x);
      return tidy(() => classifier.logits(flow.encode(x), options));
    },
    logProbAndLogits(x, rng, options) {
      const classifier = withHead('logProbAndLogits');
      check('logProbAndLogits', x);
      checkRng(where('logProbAndLogits'), rng);
      return tidy(() => {
        const { z, logProb } = flow.encodeAndLogProb(x, rng);
        return { logProb, logits: classifier.logits(z, options) };
      });
    },
    classify(x) {
      const classifier = withHead('classify');
      check('classify', x);
      return tidy(() => {
        const logits = classifier.logits(flow.encode(x));
        return { labels: argMax(logits, 1), probabilities: softmax(logits) };
      });
    },
    reconstruct(x) {
      check('reconstruct', x);
      const { z, zError, boundKind } = encodeWithError(flow, x);
      const decoded = decodeAndFree(z, zError, LOCAL);
      const report = { ...decoded, boundKind: boundKind === 'proven' ? decoded.boundKind : boundKind };
      const errors = tidy(() => max(reshape(abs(sub(report.value, x)), [x.shape[0]!, -1]), 1));
      const maxError = Array.from(readProven('model.reconstruct', errors));
      errors.dispose();
      return { ...report, maxError };
    },
    interpolate(a, b, steps) {
      for (const x of [a, b]) check('interpolate', x);
      ensure(
        Number.isInteger(steps) && steps >= 2 && a.shape.join() === b.shape.join(),
        where('interpolate'),
        () => `expected steps ≥ 2 and two batches of one shape, got ${steps}, [${a.shape}] and [${b.shape}]`,
      );
      const line = tidy(() => {
        const [from, to] = [flow.encode(a), flow.encode(b)];
        const at = (t: number): Tensor => add(mul(1 - t, from), mul(t, to));
        return concat(Array.from({ length: steps }, (_, i) => at(i / (steps - 1))));
      });
      return decodeAndFree(line);
    },
    certify: () => certify({ ...flow, params: whole.params, flaws: whole.flaws }),
  };
}

/** Bounds that are near the truth are worth their cost where errors are what is asked for. */
const LOCAL: ReportOptions = { local: localBounds };

/** z = F(x) as computed, and how far it is from the exact F(x). */
function encodeWithError(flow: FlowModel, x: Tensor): { z: Tensor; zError: number[]; boundKind: BoundKind } {
  const z = flow.encode(x);
  let distances: Tensor | undefined;
  try {
    const report = reportForward(flow.bijector, x, undefined, LOCAL);
    // The report runs the layers one by one, `encode` some of them fused: their values may differ.
    distances = tidy(() => lengthsAbove(sub(z, report.value)));
    report.value.dispose();
    const apart = readBounds(distances);
    return { z, zError: report.errorBound.map((e, i) => e + apart[i]!), boundKind: report.boundKind };
  } catch (error) {
    z.dispose();
    throw error;
  } finally {
    distances?.dispose();
  }
}

/** Refuse what is not a batch of events of a shape. */
function checkBatch(where: string, name: string, x: Tensor, shape: Shape): void {
  checkTensor(where, name, x);
  ensure(
    x.rank === shape.length + 1 && x.shape[0]! > 0 && x.shape.slice(1).join() === shape.join(),
    where,
    () => `expected ${name} of shape [B,${shape}] with B ≥ 1, got [${x.shape}]`,
  );
}
