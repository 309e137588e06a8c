import type { FitState } from '@iresnet/training';

/** Names of tensors in a state, behind what they are of. */
const PREFIX = 'params.';

/**
 * The state of a run with the names that a network has now. In the first version a density of rows
 * was a flow alone, whose names had no `flow.` in front.
 */
export function upgradedState({ tensors, metadata }: FitState): FitState {
  const current = (name: string): string => (/^(flow|head)\./.test(name) ? name : `flow.${name}`);
  const renamed = [...tensors].map(([name, tensor]) => {
    if (!name.startsWith(PREFIX)) return [name, tensor] as const;
    return [`${PREFIX}${current(name.slice(PREFIX.length))}`, tensor] as const;
  });
  const { fit } = metadata;
  return {
    tensors: new Map(renamed),
    metadata: { ...metadata, ...(fit && { fit: upgradedFit(fit, current) }) },
  };
}

/** The same of the names that `fit` keeps; text of another form stays, for `fit` to refuse. */
function upgradedFit(text: string, current: (name: string) => string): string {
  try {
    const fit = JSON.parse(text) as { readonly trainable?: unknown } | null;
    if (!Array.isArray(fit?.trainable)) return text;
    return JSON.stringify({ ...fit, trainable: fit.trainable.map((name) => current(String(name))) });
  } catch {
    return text;
  }
}
