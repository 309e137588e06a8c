import { withoutStandardize, type IResNet } from '@iresnet/model';
import { hostMap, type HostMap } from './columns/hostMap';
import { maskedMap, type MaskedMap } from './columns/maskedMap';
import { movesOf } from './columns/moves';
import type { Input } from './input';
import type { Pipeline } from './pipeline';

/**
 * A model on what the device gets. Rows are transformed, standardized and whitened in float64 on
 * the host before they are rounded to float32, so that a column keeps its digits whatever its
 * offset and unit.
 */
export interface Standardized {
  /**
   * The model of the pipeline, over the same variables, on standardized rows; images as they are.
   */
  readonly model: IResNet;
  /** Whether the host standardizes: a network with a transform of its own does it itself. */
  readonly standardizes: boolean;
  /** What the host makes of a row; null where the network takes the data as they are. */
  readonly host: HostMap | null;
  /** What it makes of one for a masked network, which takes sets of columns; null for any other. */
  readonly masked: MaskedMap | null;
}

const views = new WeakMap<IResNet, Standardized>();

/** See {@link Standardized}. */
export function standardized({ model, input }: Pick<Pipeline, 'model' | 'input'>): Standardized {
  const known = views.get(model);
  if (known) return known;
  const view = viewOf(model, input);
  views.set(model, view);
  return view;
}

function viewOf(model: IResNet, input: Input): Standardized {
  if (model.kind !== 'dense' || input.kind !== 'table')
    return { model, standardizes: false, host: null, masked: null };
  const { transforms } = input;
  const moves = movesOf(input.columns, input.effects);
  const inner = withoutStandardize(model);
  if (inner !== model) {
    const { standardize, masked } = model.config.flow;
    const host = hostMap(standardize!, transforms, moves);
    return { model: inner, standardizes: true, host, masked: masked ? maskedMap(host, standardize!) : null };
  }
  const asIs = transforms && { mean: transforms.map(() => 0), deviation: transforms.map(() => 1) };
  return { model, standardizes: false, host: asIs ? hostMap(asIs, transforms, moves) : null, masked: null };
}
