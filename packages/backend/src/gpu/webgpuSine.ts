import {
  Cos,
  registerKernel,
  Sin,
  unregisterKernel,
  type KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { sine } from './sine';

/** The part of the WebGPU backend that runs a shader. */
interface WebgpuBackend extends KernelBackend {
  runWebGPUProgram(program: Program, inputs: TensorInfo[], dtype: 'float32'): TensorInfo;
}

interface Program {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly workgroupSize: [number, number, number];
  readonly dispatchLayout: { x: number[] };
  readonly dispatch: [number, number, number];
  readonly size: true;
  readonly shaderKey: string;
  getUserCode(): string;
}

const GROUP = 128;

/**
 * Replace the sine and cosine of the WebGPU backend, as `refineWebglSine` does for WebGL: right to
 * a few units in the last place for |x| ≤ 12 867, and the driver's beyond it.
 */
export function refineWebgpuSine(): void {
  for (const [kernelName, quarterTurns] of [
    [Sin, 0],
    [Cos, 1],
  ] as const) {
    unregisterKernel(kernelName, 'webgpu');
    registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, backend }) => {
        const x = inputs['x'] as TensorInfo;
        return (backend as WebgpuBackend).runWebGPUProgram(program(x.shape, quarterTurns), [x], 'float32');
      },
    });
  }
}

/** sin(x + quarterTurns·π/2) of each value. */
function program(shape: readonly number[], quarterTurns: 0 | 1): Program {
  const size = shape.reduce((product, n) => product * n, 1);
  return {
    variableNames: ['A'],
    outputShape: [...shape],
    workgroupSize: [GROUP, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / GROUP), 1, 1],
    size: true,
    shaderKey: `iresnet_sine_${quarterTurns}`,
    getUserCode: () => `
      fn sine(x: f32) -> f32 {
        if (!(abs(x) <= ${sine.reach})) { return ${quarterTurns === 0 ? 'sin' : 'cos'}(x); }
        let n = floor(x * ${sine.turns} + 0.5);
        var r = x;
        ${sine.reduce}
        let z = r * r;
        let quadrant = (i32(n) + ${quarterTurns}) & 3;
        let y = select(${sine.even}, ${sine.odd}, (quadrant & 1) == 0);
        return select(-y, y, quadrant < 2);
      }
      fn main(index: i32) {
        if (index < uniforms.size) {
          setOutputAtIndex(index, sine(getAByOutputIndex(index)));
        }
      }
    `,
  };
}
