import { beforeEach } from 'vitest';

/**
 * Initializers of TensorFlow.js draw their seeds with `Math.random`. In tests it gives the same
 * numbers in each run, from the beginning of a file and of each of its tests.
 */
function seed(): void {
  let state = 1;
  Math.random = () => {
    state = (1664525 * state + 1013904223) % 2 ** 32; // Numerical Recipes, "an even quicker generator"
    return state / 2 ** 32;
  };
}

seed();
beforeEach(seed);
