import { race, variants } from '@iresnet/pipeline';
import { recipeOf, runConfig, type RunConfig } from '@iresnet/pipeline/run';
import { sourceOf, type LoadedTable } from '@iresnet/pipeline/run/node';
import type { GradientPool } from '@iresnet/training';
import type { Budget } from '../requests/train';
import type { Output } from '../terminal/output';

/** Share of the time in which recipes are tried, and that for judging and drawing. */
const SHARES = { race: 0.35, judging: 0.1 } as const;
/** Validations of the run that follows. */
const VALIDATIONS = 40;

/**
 * Try some recipes for a part of the time; the best one gets as many steps as fit into the rest.
 *
 * What comes out is an ordinary configuration: a run with it gives the same numbers on any machine and
 * with any other load.
 *
 * @returns The configuration with the recipe that was best on the validation part.
 */
export async function racedConfig(
  config: RunConfig,
  loaded: LoadedTable,
  { seconds, fixed }: Budget,
  workers: GradientPool | undefined,
  output: Output,
): Promise<RunConfig> {
  const began = performance.now();
  const recipes = variants(recipeOf(config), fixed);
  const sourceOfRecipe = (recipe: ReturnType<typeof recipeOf>) =>
    sourceOf(loaded, runConfig(config.data, recipe));
  const [best] = await race(sourceOfRecipe, recipes, {
    seconds: SHARES.race * seconds,
    ...(workers && { workers }),
    onTried: ({ name, loss, steps }) =>
      output.log(`tried ${name}: ${loss.toFixed(3)} nats on the validation part after ${steps} steps`),
  });
  const left = (1 - SHARES.judging) * seconds - (performance.now() - began) / 1000;
  const { name, recipe, steps: made, seconds: took } = best!;
  const steps = Math.max(1, Math.floor((left * made) / took));
  output.log(`${name} is trained for ${steps} steps`);
  const validateEvery = Math.max(1, Math.round(steps / VALIDATIONS));
  return runConfig(config.data, { ...recipe, steps, validateEvery });
}
