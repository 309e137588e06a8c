/** What a model was trained for: a density, classes, or both at once. */
export type Task = 'density' | 'classify' | 'hybrid';

/** Every {@link Task}. */
export const tasks = ['density', 'classify', 'hybrid'] as const satisfies readonly Task[];
