import { withoutStandardize, type IResNet } from '@iresnet/model';
import type { Pipeline } from './pipeline';

/**
 * A model on what the device gets. Rows are standardized in float64 on the host before they are
 * rounded to float32, so that a column keeps its digits whatever its offset and unit.
 */
export interface Standardized {
  /** The model of the pipeline, over the same variables, on standardized rows; images as they are. */
  readonly model: IResNet;
  /** Of each column; empty where nothing is standardized on the host. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Σ ln deviation, nats: ln p(x) is that of the standardized row less this. */
  readonly logVolume: number;
}

const views = new WeakMap<IResNet, Standardized>();

/** See {@link Standardized}. */
export function standardized({ model }: Pick<Pipeline, 'model'>): Standardized {
  const known = views.get(model);
  if (known) return known;
  const view = viewOf(model);
  views.set(model, view);
  return view;
}

function viewOf(model: IResNet): Standardized {
  const asIs: Standardized = { model, mean: [], deviation: [], logVolume: 0 };
  if (model.kind !== 'dense') return asIs;
  const inner = withoutStandardize(model);
  if (inner === model) return asIs;
  const { mean, deviation } = model.config.flow.standardize!;
  return {
    model: inner,
    mean,
    deviation,
    logVolume: deviation.reduce((sum, s) => sum + Math.log(s), 0),
  };
}
