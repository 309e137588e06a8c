import { withoutStandardize, type IResNet } from '@iresnet/model';
import { hostMap, type HostMap } from './columns/hostMap';
import type { Pipeline } from './pipeline';

/**
 * A model on what the device gets. Rows are standardized and whitened in float64 on the host before they
 * are rounded to float32, so that a column keeps its digits whatever its offset and unit.
 */
export interface Standardized {
  /** The model of the pipeline, over the same variables, on standardized rows; images as they are. */
  readonly model: IResNet;
  /** What the host makes of a row; null where the network takes the data as they are. */
  readonly host: HostMap | null;
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
  const asIs: Standardized = { model, host: null };
  if (model.kind !== 'dense') return asIs;
  const inner = withoutStandardize(model);
  if (inner === model) return asIs;
  return { model: inner, host: hostMap(model.config.flow.standardize!) };
}
