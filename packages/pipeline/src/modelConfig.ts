import { ensure } from '@iresnet/core/internal';
import { denseFlowDefaults, type DenseFlowConfig, type IResNetConfig } from '@iresnet/model';
import { contextSize } from './columns/given';
import type { Recipe } from './recipe';
import type { Source, TableSource } from './source/source';

/** The configuration of the network that a recipe makes for a source. */
export function modelConfig({ model, task }: Recipe, source: Source): IResNetConfig {
  const { input } = source;
  if (model.kind === 'image') return model;
  ensure(
    input.kind === 'table',
    'pipeline.train',
    () => `expected images for a model of images, got rows for it`,
  );
  const { mean, deviation, factor } = source as TableSource;
  const flow: DenseFlowConfig = {
    ...denseFlowDefaults(mean.length),
    ...model.flow,
    standardize: { mean, deviation, ...(factor && { factor }) },
    ...(input.given && { contexts: contextSize(input.given) }),
  };
  if (task === 'density') return { kind: 'dense', flow, head: null };
  const classes = input.classes.length;
  const base = mixtureOf(flow, classes);
  // A mixture with a component for each class is the classifier too, and can be drawn from by
  // class.
  const bayes = base?.components === classes;
  return {
    kind: 'dense',
    flow: { ...flow, ...(base && { base }) },
    head: { classes, pool: bayes ? 'bayes' : 'none' },
  };
}

/**
 * The mixture that a flow has for its base, with a component for each class where none were
 * counted.
 */
function mixtureOf({ base }: DenseFlowConfig, classes: number) {
  if (base === 'mixture') return { kind: 'mixture', components: classes } as const;
  return typeof base === 'object' && base.kind === 'mixture' ? { components: classes, ...base } : null;
}
