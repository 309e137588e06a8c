import { IResNetError } from '@iresnet/core';
import { checkStructure, described, ensure, type FieldsOf } from '@iresnet/core/internal';
import { parseIResNetConfig } from '@iresnet/model';
import { optimizers } from '@iresnet/training';
import { columnChoicesStructure } from './columns/choice';
import { isMasked, type Recipe } from './recipe';
import { tasks } from './task';

/** Every field of a recipe but its model, which `@iresnet/model` checks. */
const fields: FieldsOf<Omit<Recipe, 'model'>> = {
  task: { type: 'choice', choices: tasks, doc: 'What the model is trained for.' },
  seed: { type: 'count', min: 0, doc: 'Seed of everything random.' },
  steps: { type: 'count', min: 1, doc: 'Optimizer steps.' },
  batchSize: { type: 'count', min: 2, doc: 'Examples of a batch.' },
  accumulate: { type: 'count', min: 1, doc: 'Micro-batches whose gradients make one step.' },
  optimizer: { type: 'spec', table: optimizers, doc: 'The optimizer.' },
  learningRate: { type: 'number', above: 0, doc: 'Peak of the learning rate.' },
  schedule: {
    type: 'choice',
    choices: ['constant', 'cosine'],
    doc: 'What becomes of the learning rate after the first steps.',
  },
  warmup: { type: 'count', min: 0, doc: 'Steps in which the learning rate rises from 0.' },
  emaDecay: { type: 'number', min: 0, below: 1, nullable: true, doc: 'Decay of the average of the weights.' },
  clipNorm: { type: 'number', above: 0, nullable: true, doc: 'Longest gradient.' },
  densityWeight: { type: 'number', min: 0, doc: 'Weight of the density of a hybrid.' },
  holdOut: { type: 'number', min: 0, below: 1, doc: 'Share of the data that is held out.' },
  splitSeed: { type: 'count', min: 0, optional: true, doc: 'Seed of the cut into parts.' },
  validation: { type: 'number', min: 0, doc: 'Examples set aside for validation, or their share.' },
  validateEvery: { type: 'count', min: 1, optional: true, doc: 'Steps between two validations.' },
  patience: {
    type: 'count',
    min: 1,
    nullable: true,
    optional: true,
    doc: 'Validations in a row without a better one.',
  },
  byCategory: {
    type: 'flag',
    optional: true,
    doc: 'Whether numbers are seen from their means in rows with the same categories.',
  },
  whiten: { type: 'flag', optional: true, doc: 'Whether rows are whitened.' },
  noise: {
    type: 'number',
    min: 0,
    max: 1000,
    doc: 'Noise on training rows, in deviations of each direction.',
  },
  given: {
    type: 'list',
    of: { type: 'text', doc: 'One column.' },
    min: 1,
    optional: true,
    doc: 'Columns that the density is conditional on.',
  },
  weights: { type: 'text', optional: true, doc: 'The column of the weights of rows.' },
  transform: { ...columnChoicesStructure, optional: true },
  augment: {
    type: 'object',
    doc: 'How training images are changed.',
    fields: {
      shift: { type: 'count', min: 0, doc: 'Pixels that they are shifted by at most.' },
      flip: { type: 'flag', doc: 'Whether they are mirrored at random.' },
    },
  },
};

/**
 * Check a recipe that a person, a file or a program gave.
 *
 * @param where - The file or function, for the message.
 * @throws IResNetError (argument) that lists every difference at once; an unknown key or name comes
 * with the nearest known one.
 *
 * @example
 * ```ts
 * import { checkRecipe, defaultRecipe } from '@iresnet/pipeline';
 *
 * try {
 *   checkRecipe('recipe.json', { ...defaultRecipe('table'), stpes: 10 });
 * } catch (error) {
 *   console.log((error as Error).message); // … unknown key 'stpes' (did you mean 'steps'?)
 * }
 * ```
 */
export function checkRecipe(where: string, recipe: unknown): asserts recipe is Recipe {
  const { model, ...rest } = (recipe ?? {}) as Partial<Recipe>;
  const problems: string[] = [];
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      const { message, where: place } = error as IResNetError;
      problems.push(place === where ? message.slice(where.length + 2) : message);
    }
  };
  attempt(() => checkStructure(where, { type: 'object', doc: 'A recipe.', fields }, rest));
  attempt(() => checkModel(where, model));
  if (problems.length === 0) attempt(() => checkTask(where, recipe as Recipe));
  if (problems.length > 0) throw new IResNetError('argument', where, problems.join('; '), { problems });
}

function checkModel(where: string, model: Partial<Recipe['model']> | undefined): void {
  ensure(
    model?.kind === 'dense' || model?.kind === 'image',
    where,
    () => `expected a model of kind dense or image, got ${described(model?.kind ?? model)}`,
  );
  // What the data decides is filled in, so that the whole can be checked.
  const whole =
    model.kind === 'image'
      ? model
      : { kind: 'dense', head: null, flow: { dimension: 1, logDet: 'exact', ...model.flow } };
  parseIResNetConfig(whole, where);
}

function checkTask(where: string, recipe: Recipe): void {
  const { model, task, given, weights } = recipe;
  ensure(
    weights === undefined || (model.kind === 'dense' && !given?.includes(weights)),
    where,
    () => `expected weights of rows in a column that is not given, got '${weights!}'`,
  );
  ensure(
    !isMasked(recipe) || (task === 'density' && !given),
    where,
    () => `expected a density without given columns for a masked flow, got ${given ? 'given columns' : task}`,
  );
  const { transform = 'none' } = model.flow;
  ensure(
    !given ||
      (model.kind === 'dense' && (transform === 'none' || (transform as { kind: string }).kind === 'none')),
    where,
    () => 'expected a model of rows without a transform of its own for given columns, got another',
  );
  if (model.kind === 'dense') {
    ensure(
      task !== 'classify',
      where,
      () => 'expected the task density or hybrid for rows, got classify; a hybrid classifies too',
    );
    return;
  }
  ensure(
    task === 'density' || model.head !== null,
    where,
    () => `expected a model with a head for the task ${task}, got none`,
  );
  ensure(
    task === 'classify' || model.flow.padding === 0,
    where,
    () => `expected a model without padding for the task ${task}: padded images have no density`,
  );
}
