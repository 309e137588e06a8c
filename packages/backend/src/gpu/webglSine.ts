import {
  Cos,
  registerKernel,
  Sin,
  unregisterKernel,
  env,
  type KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

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

/** (sin(r) − r)/r³ in z = r², |r| ≤ π/4: sin(r) has a relative error of 1.4e-8. */
const SIN = [-0.16666664662314373, 0.008332748270629273, -0.00019587890880348814];
/** (cos(r) − 1 + z/2)/z² in z: cos(r) has a relative error of 1.1e-9. */
const COS = [0.04166666465950221, -0.001388830303589483, 0.00002454794208505404];

/**
 * π/2 in parts of 8, 11, 11 and 24 bits. Their products with n ≤ 2¹³ are exact but for the last, so
 * that x − n π/2 keeps its digits up to |x| = 12 867.
 */
const PARTS = [201 / 2 ** 7, 2029 / 2 ** 22, 1297 / 2 ** 34, 2.5633441515971907e-12];

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
        if (!(abs(x) <= 12867.0)) return ${quarterTurns === 0 ? 'sin' : 'cos'}(x);
        float n = floor(x * ${float(2 / Math.PI)} + 0.5);
        float r = x;
        ${PARTS.map((part) => `r -= n * ${float(part)};`).join('\n        ')}
        float z = r * r;
        int quadrant = (int(n) + ${quarterTurns}) & 3;
        float y = (quadrant & 1) == 0
          ? r + r * (z * ${polynomial(SIN)})
          : 1.0 - (0.5 * z - z * (z * ${polynomial(COS)}));
        return quadrant < 2 ? y : -y;
      }
      void main() {
        vec4 x = getAAtOutCoords();
        setOutput(vec4(sine(x.x), sine(x.y), sine(x.z), sine(x.w)));
      }
    `,
  };
}

/** Horner's form of a polynomial in z. */
function polynomial(coefficients: readonly number[]): string {
  return coefficients.reduceRight((sum, c) => (sum === '' ? float(c) : `(${float(c)} + z * ${sum})`), '');
}

/** A number as GLSL writes it. */
function float(value: number): string {
  return value.toExponential(17).replace('+', '');
}
