import type { Callback } from '@iresnet/training';

/**
 * Keep the best model of a run: `keep` is called at each validation that is better than all before, while the model is the one that was
 * validated. Whatever it changes in the model is set back, and a resumed run knows its best so far.
 */
export function keepingBest(keep: () => Promise<void>): Callback {
  return {
    async onValidation({ improved }) {
      if (improved) await keep();
    },
  };
}
