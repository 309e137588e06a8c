import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { useBackend, type BackendName } from '@iresnet/backend';
import { fit } from '@iresnet/training';
import type { Benchmark } from './benchmark';
import { differences, now, spread, type Moment } from './clock';
import { profileKernels } from './kernels';
import { plane } from './steps/cases';

const WARM_UP = 40;
const PROFILED = 11;

/**
 * Training steps of the default density on the plane, as `fit` makes them: loss, gradient,
 * clipping, Adam, averaging.
 */
export const toy: Benchmark = {
  name: 'toy',
  summary: 'one training step of the default model on a two-dimensional set',
  options: [
    '--backend <name>   auto, tensorflow, wasm (default), cpu',
    '--threads <n>      of the wasm backend (1)',
    '--batch <n>        points a step (500)',
    '--blocks <n>       residual blocks (8)',
    '--steps <n>        steps to measure (200)',
    '--json             one line of JSON instead of text',
  ],
  async run(args) {
    const { values: flags } = parseArgs({
      args: [...args],
      options: {
        backend: { type: 'string', default: 'wasm' },
        threads: { type: 'string', default: '1' },
        batch: { type: 'string', default: '500' },
        blocks: { type: 'string', default: '8' },
        steps: { type: 'string', default: '200' },
        json: { type: 'boolean', default: false },
      },
    });
    const [batch, blocks, steps] = [Number(flags.batch), Number(flags.blocks), Number(flags.steps)];
    const backend = await useBackend(flags.backend as BackendName, { threads: Number(flags.threads) });

    const { model: _, ...options } = plane({ batch, blocks });
    const train = (count: number, stepEnd: () => void) =>
      fit({ ...options, steps: count, logEvery: 1, callbacks: [{ onStepEnd: stepEnd }] });

    const moments: Moment[] = [];
    await train(WARM_UP + steps, () => moments.push(now()));
    const measured = differences(moments.slice(WARM_UP - 1));
    const wall = spread(measured.map((step) => step.wall));
    const cpu = spread(measured.map((step) => step.cpu));
    const { kernels, ...total } = await profileKernels((stepEnd) => train(PROFILED, stepEnd));

    const machine = {
      node: process.version,
      cpu: cpus()[0]!.model,
      cores: cpus().length,
      load: Number(loadavg()[0]!.toFixed(1)),
    };
    if (flags.json) {
      const { name, threads } = backend;
      console.log(
        JSON.stringify({ backend: name, threads, batch, blocks, steps, machine, wall, cpu, total, kernels }),
      );
      return;
    }
    const one = (x: number): string => x.toFixed(1);
    console.log(
      `${blocks} blocks, batch ${batch}, backend ${backend.name}, ${backend.threads} thread(s), ${steps} steps`,
    );
    console.log(`Node ${machine.node}, ${machine.cores} × ${machine.cpu}, load ${machine.load}\n`);
    console.log(`wall   median ${one(wall.median)} ms, min ${one(wall.min)} ms a step`);
    console.log(`cpu    median ${one(cpu.median)} ms, min ${one(cpu.min)} ms a step`);
    console.log(`calls  ${one(total.calls)} kernels a step, ${one(total.ms)} ms while profiled`);
    console.log(`peak   ${total.peakTensors} tensors, ${one(total.peakBytes / 2 ** 20)} MiB\n`);
    console.log(`${'kernel'.padEnd(20)}  calls      ms  share`);
    for (const { name, calls, ms } of kernels) {
      const share = `${Math.round((100 * ms) / total.ms)} %`;
      console.log(
        `${name.padEnd(20)}${one(calls).padStart(7)}${ms.toFixed(2).padStart(8)}${share.padStart(7)}`,
      );
    }
  },
};
