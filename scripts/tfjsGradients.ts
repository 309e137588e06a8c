import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** What tsup needs to bundle modules below `dist` of tfjs-core, which Node cannot import. */
export const gradientsBundle = {
  noExternal: [/^@tensorflow\/tfjs-core\/dist\//],
  esbuildPlugins: [tfjsGradients()],
};

/**
 * Bundle the modules of tfjs-core that register gradients so that the result imports nothing but
 * the public `@tensorflow/tfjs-core`: there is one engine and one registry, also beside
 * `@tensorflow/tfjs`.
 *
 * The modules of the gradients themselves go into the bundle. In all modules that they import, what
 * the public entry exports too is taken from there; a module of which nothing is public, a few
 * helper functions, goes into the bundle. A gradient that is registered already stays.
 */
function tfjsGradients(): Plugin {
  return {
    name: 'tfjs-gradients',
    setup(build) {
      const require = createRequire(import.meta.url);
      const dist = dirname(require.resolve('@tensorflow/tfjs-core'));
      const isPublic = new Set(Object.keys(require('@tensorflow/tfjs-core') as object));
      build.onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, ({ path }) => ({
        path: require.resolve(`${path}.js`),
      }));
      build.onLoad({ filter: /[\\/]tfjs-core[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
        const module = path.slice(dist.length + 1).replaceAll('\\', '/');
        if (wholly.test(module)) return undefined;
        const special = standIns[module];
        if (special !== undefined) return { contents: special, resolveDir: dist };
        const names = exportsOf(path);
        if (names.length === 0 || !names.every((name) => isPublic.has(name))) return undefined;
        return { contents: `export { ${names.join(', ')} } from '@tensorflow/tfjs-core';`, resolveDir: dist };
      });
    },
  };
}

/** Modules that go into the bundle as they are: what was asked for, and the names of the ops. */
const wholly = /^(register_all_gradients|gradients\/\w+|public\/chained_ops\/\w+|kernel_names)\.js$/;

/** Modules whose exports have another name in the public entry, or another meaning here. */
const standIns: Readonly<Record<string, string>> = {
  'engine.js': `import { engine } from '@tensorflow/tfjs-core';
    export const ENGINE = engine();`,
  'kernel_registry.js': `import { getGradient, registerGradient as register } from '@tensorflow/tfjs-core';
    export const registerGradient = (config) => {
      if (getGradient(config.kernelName) === undefined) register(config);
    };`,
  'environment.js': `export { env } from '@tensorflow/tfjs-core';`,
  'tensor.js': `import { Tensor } from '@tensorflow/tfjs-core';
    export { Tensor };
    export const getGlobalTensorClass = () => Tensor;`,
  'ops/ops.js': `export { slice } from '@tensorflow/tfjs-core';`,
  'base.js': `export { backend_util } from '@tensorflow/tfjs-core';`,
  // What a gradient calculates with is a tensor already.
  'tensor_util_env.js': `export const convertToTensor = (x) => x;`,
  'tensor_util.js': `import { tensor_util } from '@tensorflow/tfjs-core';
    export const makeTypesMatch = (a, b) => tensor_util.makeTypesMatch(a, b);`,
  'util.js': membersOf('util', 'assert', 'isInt', 'parseAxisParam', 'sizeFromShape'),
  'util_base.js': membersOf('util', 'assert', 'isInt', 'parseAxisParam', 'sizeFromShape'),
  'ops/axis_util.js': membersOf(
    'backend_util',
    'expandShapeToKeepDim',
    'computeOutAndReduceShapes',
    'getAxesPermutation',
    'getUndoAxesPermutation',
  ),
  'ops/broadcast_util.js': membersOf('broadcast_util', 'assertAndGetBroadcastShape', 'getReductionAxes'),
  'ops/slice_util.js': membersOf('slice_util', 'parseSliceParams'),
};

/** A module whose functions are members of a namespace of the public entry. */
function membersOf(namespace: string, ...names: readonly string[]): string {
  return `import { ${namespace} } from '@tensorflow/tfjs-core';
    ${names.map((name) => `export const ${name} = (...values) => ${namespace}.${name}(...values);`).join('\n')}`;
}

/** The names that a module of tfjs-core exports by declarations of its own. */
function exportsOf(path: string): string[] {
  const declaration = /^export (?:async )?(?:const|let|function|class) (\w+)/gm;
  return [...readFileSync(path, 'utf8').matchAll(declaration)].map(([, name]) => name!);
}
