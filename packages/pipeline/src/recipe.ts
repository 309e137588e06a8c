import { denseFlowDefaults, type DenseFlowConfig, type ImageIResNetConfig } from '@iresnet/model';
import type { OptimizerSpec } from '@iresnet/training';
import type { ColumnChoices } from './columns/choice';
import { imageSettings, type ImageKind } from './imageRecipe';
import type { Task } from './task';
import { tableSettings, type TableKind } from './tableRecipe';

/**
 * A network for rows without what the data decides: their width and standardization, and whether
 * there is a classifier. Without `logDet` the determinant is exact up to 16 columns.
 */
export interface DenseRecipe {
  readonly kind: 'dense';
  readonly flow: Omit<DenseFlowConfig, 'dimension' | 'standardize' | 'logDet'> &
    Partial<Pick<DenseFlowConfig, 'logDet'>>;
}

/** Everything that decides a training run besides the data, as plain JSON. */
export interface Recipe {
  readonly task: Task;
  /** Seed of everything random. */
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Micro-batches whose gradients make one step. */
  readonly accumulate: number;
  readonly optimizer: OptimizerSpec;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** What becomes of the learning rate after the first steps. */
  readonly schedule: 'constant' | 'cosine';
  /** Steps in which the learning rate rises from 0, a tenth of the run at most. */
  readonly warmup: number;
  /**
   * Decay of the average of the weights that is judged and kept; null for the weights themselves.
   */
  readonly emaDecay: number | null;
  readonly clipNorm: number | null;
  /** λ of a hybrid: cross entropy + λ · (−ln p)/d. */
  readonly densityWeight: number;
  /**
   * Share of the data that is held out to be judged on, where it has no test part of its own. With
   * 0 the validation part serves, which also chose the best model.
   */
  readonly holdOut: number;
  /** Seed of the cut into parts; without it `seed`, so that other seeds train on other parts. */
  readonly splitSeed?: number;
  /**
   * Examples that are set aside for the validation curve and for the choice of the best moment: a
   * count, or below 1 a share. With 0 the held-out part serves, and what is kept as best was chosen
   * by it.
   */
  readonly validation: number;
  /** Steps between two validations; without it a twentieth of the run. */
  readonly validateEvery?: number;
  /**
   * Validations in a row without a better one after which the run stops; its result is then the
   * model of the best. Without it, or null, the run makes all its steps and its result is the model
   * at the end.
   */
  readonly patience?: number | null;
  /**
   * Rows: whether they are whitened in front of the network, by the correlations of the training
   * rows. Without it they are not. A transform of the network's own goes before, and then nothing
   * is whitened.
   */
  readonly whiten?: boolean;
  /**
   * Rows: whether the numbers of a row are seen from their means in rows with the same categories
   * (see `input.effects`). Without it they are not; nor are they in a masked density, which must do
   * without a category.
   */
  readonly byCategory?: boolean;
  /** Rows: standard deviation of the noise on training rows, in deviations of each direction. */
  readonly noise: number;
  /** Rows: columns that the density is conditional on. Without it there are none. */
  readonly given?: readonly string[];
  /**
   * Rows: a column of weights, which is no part of the density. A row of weight 2 counts as two
   * rows, one of weight 0 as none. Without it all count the same.
   */
  readonly weights?: string;
  /**
   * Rows: what becomes of each column before it is standardized; absent where all stay as they are.
   */
  readonly transform?: ColumnChoices;
  /** Images: training images are shifted by up to so many pixels, and mirrored. */
  readonly augment: { readonly shift: number; readonly flip: boolean };
  readonly model: DenseRecipe | ImageIResNetConfig;
}

const common = {
  seed: 1,
  accumulate: 1,
  schedule: 'cosine',
  clipNorm: 10,
  densityWeight: 1,
  noise: 0,
  augment: { shift: 0, flip: false },
} as const;

function dense(changes: Partial<DenseRecipe['flow']> = {}): DenseRecipe {
  const { dimension: _d, logDet: _l, ...flow } = denseFlowDefaults(2);
  return { kind: 'dense', flow: { ...flow, ...changes } };
}

const digitsKind: ImageKind = { count: 1797, shape: [8, 8, 1], classes: 10, levels: 17, ends: 0.58 };

/**
 * A recipe that works on two cores, to be changed by spreading it.
 *
 * @param kind - `table`: rows of a file, which are then described; `plane`: a distribution on the
 * plane; `digits`: the 8 × 8 digits; `images`: other images, which are then described.
 * @param task - Default `density` for rows and `hybrid` for images.
 *
 * @example
 * ```ts
 * import { defaultRecipe } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 200, seed: 7 };
 * console.log(recipe.batchSize, recipe.learningRate); // 128 0.005
 * ```
 */
export function defaultRecipe(kind: 'table', task?: Exclude<Task, 'classify'>, table?: TableKind): Recipe;
export function defaultRecipe(kind: 'plane', task?: Exclude<Task, 'classify'>): Recipe;
export function defaultRecipe(kind: 'digits', task?: Task): Recipe;
export function defaultRecipe(kind: 'images', task: Task, images: ImageKind): Recipe;
export function defaultRecipe(
  kind: 'table' | 'plane' | 'digits' | 'images',
  task?: Task,
  shown?: TableKind | ImageKind,
): Recipe {
  if (kind === 'table') {
    const { blocks, hidden, base, ...settings } = tableSettings(shown as TableKind | undefined);
    return {
      ...common,
      ...settings,
      task: task ?? 'density',
      optimizer: { kind: 'adam', beta2: 0.99 },
      warmup: 50,
      emaDecay: 0.995,
      transform: { all: 'auto' },
      byCategory: true,
      whiten: true,
      model: dense({ blocks, hidden, ...(base && { base }) }),
    };
  }
  if (kind === 'plane') {
    return {
      ...common,
      task: task ?? 'density',
      optimizer: { kind: 'adam', beta2: 0.99 },
      warmup: 50,
      emaDecay: 0.995,
      holdOut: 1 / 3,
      validation: 0.1,
      // Edges and clusters, which a contraction can hardly pull out of one normal.
      model: dense({ base: { kind: 'mixture', components: 16, component: 'box' } }),
      steps: 1500,
      batchSize: 256,
      learningRate: 0.02,
    };
  }
  const chosen = task ?? 'hybrid';
  return {
    ...common,
    ...imageSettings(chosen, (shown as ImageKind | undefined) ?? digitsKind),
    task: chosen,
  };
}

/** Whether the density knows all marginals and conditionals of the columns. */
export function isMasked({ model }: Pick<Recipe, 'model'>): boolean {
  return model.kind === 'dense' && model.flow.masked === true;
}

/** Whether rows are whitened before the network gets them. */
export function whitens({ whiten = false, model }: Recipe): boolean {
  const { transform = 'none' } = model.flow;
  return whiten && (transform === 'none' || (transform as { kind: string }).kind === 'none');
}
