/**
 * Stands for `@iresnet/core/gradients` in this repository, where nothing is built: Node cannot
 * import the module of tfjs-core that `gradients.ts` bundles. `@tensorflow/tfjs` registers the same
 * gradients.
 *
 * The name is a variable so that no type of `@tensorflow/tfjs` enters a program: those types
 * promise chained methods, which a program without `@tensorflow/tfjs` does not have.
 */
const umbrella: string = '@tensorflow/tfjs';
await import(umbrella);

export {};
