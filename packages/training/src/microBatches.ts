import { dispose, scalar, tensor1d, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import type { GradientsOf, LossAndGradient } from './accumulate';
import { lossAndGradient } from './gradient';
import type { Run } from './run';
import { move, runningOf, withMoves } from './workers/running';
import { busyWorkers, workerOf, type GradientWorkers, type HostGradient } from './workers/gradientWorkers';

type Part = Pick<Run, 'options' | 'params' | 'source' | 'lossRng'>;

/** Computed here, one after the other: only one is alive at a time. */
export function ownGradients({ options, params, source, lossRng }: Part): GradientsOf {
  const count = options.accumulate ?? 1;
  return async function* (step) {
    for (let index = step * count; index < (step + 1) * count; index++) {
      const found = await source.with<LossAndGradient>(index, (batch) =>
        tidy(() =>
          lossAndGradient(() => options.loss(batch, lossRng.split(index), step), params.all, options.unused),
        ),
      );
      if (found === null) return;
      yield found;
    }
  };
}

/**
 * Computed here and by workers, each of which has some in a row, this thread the last ones. The
 * first step is all done here, since layers may start themselves at their first batch.
 */
export function sharedGradients(part: Part, workers: GradientWorkers): GradientsOf {
  const { options, params, source, lossRng } = part;
  const count = options.accumulate ?? 1;
  const own = ownGradients(part);
  const others = busyWorkers(workers.count, count);
  if (others === 0) return own;
  workers.begin(params.all, count);
  const running = runningOf(params.all);
  let started = false;
  return async function* (step) {
    if (!started) {
      yield* own(step);
      started = true;
      return;
    }
    workers.share();
    const asked: Promise<HostGradient>[] = [];
    const mine: LossAndGradient[] = [];
    const myMoves: Float32Array[] = [];
    /** What this thread found, or true for what a worker will find. */
    const take = (place: number) => (batch: TensorContainer) => {
      const worker = workerOf(place, others, count);
      const rng = lossRng.split(step * count + place);
      if (worker === others) {
        const loss = () => options.loss(batch, rng, step);
        const { result, moves } = withMoves(running, () =>
          tidy(() => lossAndGradient(loss, params.all, options.unused)),
        );
        myMoves.push(moves);
        return result;
      }
      const answer = workers.evaluate(worker, { batch, place, step, rng: rng.state() });
      answer.catch(() => undefined); // It is told when its turn comes.
      asked.push(answer);
      return true;
    };
    try {
      for (let place = 0; place < count; place++) {
        const found = await source.with<LossAndGradient | true>(step * count + place, take(place));
        if (found === null) return;
        if (found !== true) mine.push(found);
      }
      for (const answer of asked) {
        const { loss, gradient, moves } = await answer;
        move(running, moves);
        yield { loss: scalar(loss), gradient: tensor1d(gradient.slice()) };
      }
      for (const moves of myMoves) {
        move(running, moves);
        yield mine.shift()!;
      }
    } finally {
      dispose(mine);
    }
  };
}
