import {
  Cos,
  registerKernel,
  Sin,
  unregisterKernel,
  env,
  type KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { sine } from './sine';

/** The part of the WebGL backend that runs a shader. */
interface WebglBackend extends KernelBackend {
  runWebGLProgram(program: Program, inputs: TensorInfo[], dtype: 'float32'): TensorInfo;
}

interface Program {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly userCode: string;
  readonly packedInputs: true;
  readonly packedOutput: true;
}

/**
 * Replace the sine and cosine of the WebGL backend. Those of the graphics driver are fast, and may
 * be wrong by 2⁻¹¹; these are right to a few units in the last place for |x| ≤ 12 867, and beyond
 * it they are the driver's.
 */
export function refineWebglSine(): void {
  if (env().getNumber('WEBGL_VERSION') < 2) return; // Its shaders have no whole numbers of bits.
  for (const [kernelName, quarterTurns] of [
    [Sin, 0],
    [Cos, 1],
  ] as const) {
    unregisterKernel(kernelName, 'webgl');
    registerKernel({
      kernelName,
      backendName: 'webgl',
      kernelFunc: ({ inputs, backend }) => {
        const x = inputs['x'] as TensorInfo;
        return (backend as WebglBackend).runWebGLProgram(program(x.shape, quarterTurns), [x], 'float32');
      },
    });
  }
}

/** sin(x + quarterTurns·π/2) of each value. */
function program(shape: readonly number[], quarterTurns: 0 | 1): Program {
  return {
    variableNames: ['A'],
    outputShape: [...shape],
    packedInputs: true,
    packedOutput: true,
    userCode: `
      float sine(float x) {
        if (!(abs(x) <= ${sine.reach})) return ${quarterTurns === 0 ? 'sin' : 'cos'}(x);
        float n = floor(x * ${sine.turns} + 0.5);
        float r = x;
        ${sine.reduce}
        float z = r * r;
        int quadrant = (int(n) + ${quarterTurns}) & 3;
        float y = (quadrant & 1) == 0 ? ${sine.odd} : ${sine.even};
        return quadrant < 2 ? y : -y;
      }
      void main() {
        vec4 x = getAAtOutCoords();
        setOutput(vec4(sine(x.x), sine(x.y), sine(x.z), sine(x.w)));
      }
    `,
  };
}
