import { defaultRecipe, type Recipe } from '../recipe';

/** What version 1 wrote for rows: one flat object. */
interface OldTable {
  readonly data: { readonly label?: string };
  readonly densityWeight?: number;
  readonly blocks: number;
  readonly hidden: readonly number[];
  readonly activation: string;
  readonly coefficient: number;
  readonly [setting: string]: unknown;
}

/** What version 1 wrote for images. */
interface OldImages {
  readonly optimizer: string;
  readonly weightDecay: number;
  readonly [setting: string]: unknown;
}

/**
 * A configuration of version 1 in the layout of `version`, not checked: what is wrong in it stays
 * wrong and is found by who reads it.
 */
export function upgraded(value: object, version: number): object {
  return 'task' in value || 'model' in value
    ? ofImages(value as unknown as OldImages, version)
    : ofTable(value as unknown as OldTable, version);
}

function ofTable(old: OldTable, version: number): object {
  const { data, densityWeight = 1, blocks, hidden, activation, coefficient, ...settings } = old;
  const task = data?.label !== undefined ? 'hybrid' : 'density';
  const { augment, accumulate, optimizer, schedule, warmup } = defaultRecipe('table');
  return {
    ...({ augment, accumulate, optimizer, schedule, warmup } satisfies Partial<Recipe>),
    ...settings,
    version,
    data,
    task,
    densityWeight,
    // Held-out rows drew the curve.
    validation: 0,
    model: { kind: 'dense', flow: { blocks, hidden, activation, coefficient, actNorm: true } },
  };
}

function ofImages({ optimizer, weightDecay, ...settings }: OldImages, version: number): object {
  const decay = weightDecay > 0 ? { weightDecay } : {};
  const named =
    optimizer === 'sgd'
      ? { kind: 'sgd', momentum: 0.9, nesterov: true, ...decay }
      : { kind: optimizer, ...decay };
  return { ...settings, noise: 0, optimizer: named, version };
}
