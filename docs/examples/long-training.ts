import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu'; // @iresnet/backend starts a faster one
import '@iresnet/core/gradients';
import { defaultRecipe, score } from '@iresnet/pipeline';
import { runConfig } from '@iresnet/pipeline/run';
import { hasState, openRun, resumeRun, startRun } from '@iresnet/pipeline/run/node';

await tf.ready();
const recipe = { ...defaultRecipe('table'), steps: 12 };
const config = runConfig({ kind: 'embedded', name: 'faithful' }, recipe);
const dir = 'trainings/001-faithful';

// Twice what a process does from its start to its end: the first is asked to stop in step 5.
for (const last of [5, 12]) {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const onStepEnd = ({ step }: { step: number }) => {
    if (step === last) stop.abort();
  };
  const run = hasState(dir) ? await resumeRun(dir) : await startRun('trainings', config);
  try {
    const { result, finished } = await run.train({ signal: stop.signal, callbacks: [{ onStepEnd }] });
    console.log(`from step ${run.step} to step ${result.step}`, finished ? 'finished' : 'to go on with');
    // await run.judge() of a finished run writes results.json and report.html
  } finally {
    await run.close();
  }
}

const { source, pipeline } = await openRun(dir);
const { logProb } = await score(pipeline, source.heldOut.data);
console.log(`${logProb!.length} held-out rows`);
