import { eventSize } from '@iresnet/core';
import { withLogDet, type IResNet } from '@iresnet/model';
import type { Pipeline } from './pipeline';

/** Values of an example up to which a dense flow is judged exactly: d products and a d × d determinant. */
const EXACT = 128;
/** Products of Arnoldi's method for larger examples; with 8 the bias is below 1e-5 bits a dimension. */
const PRODUCTS = 8;

const views = new WeakMap<IResNet, IResNet>();

/**
 * The model of a pipeline with the log-determinant that it is judged with, over the same variables: exact
 * for vectors of up to 128 values, so that a score is a function of model and row; else Arnoldi's method
 * with 8 products. Training may use a cheaper estimate.
 */
export function judging({ model }: Pipeline): IResNet {
  const known = views.get(model);
  if (known) return known;
  const smallest = Math.min(...model.flow.blockShapes.map(eventSize));
  const exact = model.config.kind === 'dense' && smallest <= EXACT;
  const view = withLogDet(
    model,
    exact ? { kind: 'exact' } : { kind: 'arnoldi', products: Math.min(PRODUCTS, smallest) },
  );
  views.set(model, view);
  return view;
}
