import { onHost, type Module, type Params } from '@iresnet/core';

/** The part of a module that {@link fit} uses. */
export type TrainedModule = Pick<Module, 'params' | 'refresh' | 'enforceBounds'>;

/** The module that is given, or one without a life cycle where only `params` are. */
export function moduleOf(given: {
  readonly module?: TrainedModule;
  readonly params?: Params;
}): TrainedModule {
  return given.module ?? { params: given.params! };
}

/**
 * Make weights ready to leave the training: within their bounds if that is asked for, and with the
 * state of the layers up to date.
 */
export async function settle(module: TrainedModule, enforceBounds = false): Promise<void> {
  await onHost([module], () => {
    if (enforceBounds) module.enforceBounds?.();
    module.refresh?.();
  });
}
