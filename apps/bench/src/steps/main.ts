// One case of `npm run bench -- torch` on our side, in a process of its own:
//
//   steps/main.ts image wasm --cores 2 --steps 10 --warm-up 3
//
// prints a line of JSON: wall and processor milliseconds of each step.
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { enableProdMode } from '@tensorflow/tfjs';
import { useBackend, type BackendName } from '@iresnet/backend';
import { createRng, noGrad } from '@iresnet/core';
import { defaultRecipe, score, tableSource, train } from '@iresnet/pipeline';
import { fit, gradientPool } from '@iresnet/training';
import { differences, now, type Moment } from '../clock';
import { image, plane } from './cases';
import type { ThreadTask } from './thread';

enableProdMode();
const {
  values: flags,
  positionals: [name, backend],
} = parseArgs({
  allowPositionals: true,
  options: {
    cores: { type: 'string', default: '1' },
    'warm-up': { type: 'string', default: '3' },
    steps: { type: 'string', default: '10' },
    rows: { type: 'string', default: '65536' },
    trained: { type: 'string', default: '200' },
  },
});
const [cores, warmUp, steps] = [Number(flags.cores), Number(flags['warm-up']), Number(flags.steps)];
await useBackend(backend as BackendName, { threads: 1 });

/** Train a case; gives the moments at which its steps ended. */
async function trained(task: ThreadTask, count: number): Promise<Moment[]> {
  const moments: Moment[] = [];
  // This thread takes its part of the micro-batches; the native backend has threads of its own.
  const shared = backend === 'tensorflow' ? 1 : cores;
  const whole = task.name === 'image' ? 64 : 500;
  const { model: _, ...options } = { image, plane }[task.name]({ batch: whole / shared });
  const threads = Array.from({ length: shared - 1 }, startThread);
  await fit({
    ...options,
    ...(shared > 1 && { accumulate: shared, workers: gradientPool(threads).for(task) }),
    steps: count,
    logEvery: 1,
    callbacks: [{ onStepEnd: () => void moments.push(now()) }],
  });
  await Promise.all(threads.map((thread) => thread.terminate()));
  return moments;
}

/** Node 20 gives a thread no loader of TypeScript. */
function startThread(): Worker {
  const program = new URL('thread.ts', import.meta.url).href;
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((tsx) => (tsx.register(), import('${program}')))`;
  return new Worker(code, { eval: true, execArgv: ['--conditions=@iresnet/source'] });
}

/** Time an action so often. */
async function timed(action: () => unknown): Promise<Moment[]> {
  const moments = [now()];
  for (let i = 0; i < warmUp + steps; i++) {
    await action();
    moments.push(now());
  }
  return moments;
}

const cases: Readonly<Record<string, () => Promise<Moment[]>>> = {
  image: () => trained({ name: 'image', backend: backend as BackendName }, warmUp + steps + 1),
  plane: () => trained({ name: 'plane', backend: backend as BackendName }, warmUp + steps + 1),
  async score() {
    const rows = Number(flags.rows);
    const values = Float64Array.from(createRng(1).normal([rows, 4]).dataSync());
    const table = { columns: ['a', 'b', 'c', 'd'], rows, values };
    const recipe = { ...defaultRecipe('table'), steps: 2 }; // 8 blocks, 64 and 64
    const { pipeline } = await train(tableSource('normal', table, recipe), recipe);
    return timed(() => score(pipeline, table));
  },
  async inverse() {
    const { model, ...options } = image();
    await fit({ ...options, steps: Number(flags.trained) });
    const z = model.encode(createRng(2).uniform([64, 28, 28, 1], -0.5, 0.5));
    return timed(() => noGrad(() => model.decode(z).value.dispose()));
  },
};
const measured = differences(await cases[name!]!()).slice(warmUp);
console.log(JSON.stringify({ wall: measured.map(({ wall }) => wall), cpu: measured.map(({ cpu }) => cpu) }));
