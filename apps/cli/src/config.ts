import { readFileSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { toy2dNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import { z } from 'zod';

/** Tables that ship with the program. */
export const embeddedNames = ['faithful', 'iris', 'quakes'] as const;

const dataSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('toy'), name: z.enum(toy2dNames as [string, ...string[]]) }),
  z.strictObject({ kind: z.literal('embedded'), name: z.enum(embeddedNames) }),
  z.strictObject({ kind: z.literal('file'), file: z.string(), columns: z.array(z.string()).optional() }),
]);

/** Everything that decides a training run; what `config.json` of a run folder holds. */
export const runSchema = z.strictObject({
  data: dataSchema,
  seed: z.int().min(0),
  steps: z.int().min(1),
  batchSize: z.int().min(2),
  learningRate: z.number().positive(),
  /** Standard deviation of the noise added to training rows, in deviations of each column. */
  noise: z.number().min(0),
  /** Share of the rows that is held out. */
  holdOut: z.number().gt(0).lt(1),
  emaDecay: z.number().min(0).lt(1),
  clipNorm: z.number().positive(),
  blocks: z.int().min(1),
  hidden: z.array(z.int().min(1)).min(1),
  activation: z.enum(activationNames as [string, ...string[]]),
  coefficient: z.number().gt(0).lt(1),
});

/** A resolved training configuration. */
export type RunConfig = z.infer<typeof runSchema>;

/** Where the rows come from. */
export type DataConfig = RunConfig['data'];

/** Defaults for a two-dimensional set of unlimited size, and for a table. */
export function defaultConfig(data: DataConfig): RunConfig {
  const common = {
    data,
    seed: 1,
    holdOut: 1 / 3,
    emaDecay: 0.995,
    clipNorm: 10,
    blocks: 8,
    hidden: [64, 64],
    activation: 'sin',
    coefficient: 0.98,
  };
  return data.kind === 'toy'
    ? { ...common, steps: 2000, batchSize: 500, learningRate: 0.005, noise: 0 }
    : { ...common, steps: 1000, batchSize: 256, learningRate: 0.002, noise: 0.1 };
}

/**
 * Check a configuration.
 *
 * @param where - The file or the command line, for the message.
 * @throws IResNetError of kind `argument` that lists every difference at once.
 */
export function parseConfig(value: unknown, where: string): RunConfig {
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'configuration'}: ${issue.message}`,
  );
  throw new IResNetError('argument', where, issues.join('; '));
}

/** Read a configuration file, as a run folder holds it. */
export function readConfig(file: string): RunConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new IResNetError('data', file, `expected a configuration file, got ${(error as Error).message}`);
  }
  try {
    return parseConfig(JSON.parse(text), file);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new IResNetError('data', file, `expected JSON, got ${error.message}`);
    throw error;
  }
}
