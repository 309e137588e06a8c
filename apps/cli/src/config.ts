import { IResNetError, type ErrorKind } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { datasetNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import { z } from 'zod';
import { parseJson, readText } from './readText';

/** The layout of `config.json` that this program writes, and the newest that it reads. */
const VERSION = 1;

const toySchema = z.strictObject({
  kind: z.literal('toy'),
  name: z.enum(datasetNames('toy')),
});
/** The column of the classes. */
const label = z.string().min(1).exactOptional();
const embeddedSchema = z.strictObject({
  kind: z.literal('embedded'),
  name: z.enum(datasetNames('table')),
  label,
});
const fileSchema = z.strictObject({
  kind: z.literal('file'),
  file: z.string(),
  columns: z.array(z.string()).min(1).optional(),
  label,
});

/** Everything that decides a training run; what `config.json` of a run folder holds. */
const runSchema = z.strictObject({
  version: z.literal(VERSION).default(VERSION),
  data: z.discriminatedUnion('kind', [toySchema, embeddedSchema, fileSchema]),
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
  /** Weight of the density beside the classes, where there is a label column; 1 where none is given. */
  densityWeight: z.number().min(0).exactOptional(),
  blocks: z.int().min(1).max(1000),
  hidden: z.array(z.int().min(1).max(10_000)).min(1),
  activation: z.enum(activationNames as [string, ...string[]]),
  coefficient: z.number().gt(0).lt(1),
});

/** A resolved training configuration. */
export type RunConfig = z.infer<typeof runSchema>;

/** Where the rows come from. */
export type DataConfig = RunConfig['data'];

/** The column of the classes, where there is one. */
export function labelOf(data: DataConfig): string | undefined {
  return data.kind === 'toy' ? undefined : data.label;
}

/** Defaults for a two-dimensional set of unlimited size, and for a table. */
export function defaultConfig(data: DataConfig): RunConfig {
  const common = {
    version: VERSION,
    data,
    seed: 1,
    holdOut: 1 / 3,
    emaDecay: 0.995,
    clipNorm: 10,
    blocks: 8,
    hidden: [64, 64],
    activation: 'sin',
    coefficient: 0.98,
  } as const;
  return data.kind === 'toy'
    ? { ...common, hidden: [...common.hidden], steps: 2000, batchSize: 500, learningRate: 0.005, noise: 0 }
    : { ...common, hidden: [...common.hidden], steps: 1000, batchSize: 256, learningRate: 0.002, noise: 0.1 };
}

/**
 * Check a configuration.
 *
 * @param where - The file or the command line, for the message.
 * @param kind - `argument` for what a person wrote, `data` for a file of a run folder.
 * @throws IResNetError that lists every difference at once.
 */
export function parseConfig(value: unknown, where: string, kind: ErrorKind = 'argument'): RunConfig {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > VERSION) {
    const what = `expected version ${VERSION} or older, got ${version}: a newer iresnet made it; update this one`;
    throw new IResNetError(kind, where, what);
  }
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IResNetError(kind, where, describeIssues(parsed.error, runSchema, value));
}

/** Read a configuration file, as a run folder holds it. */
export function readConfig(file: string, kind: ErrorKind): RunConfig {
  return parseConfig(parseJson(readText(file, 'a configuration file'), file), file, kind);
}

/** What is wrong with a configuration, each difference in a few words; an unknown key or choice with the nearest known one. */
export function describeIssues(error: z.ZodError, schema: z.ZodType, value: unknown): string {
  const known = keysOf(z.toJSONSchema(schema));
  return error.issues.map((issue) => describeIssue(issue, value, known)).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue, root: unknown, known: readonly string[]): string {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `unknown key '${key}'${didYouMean(key, known)}`).join('; ');
  const path = issue.path.join('.') || 'configuration';
  const choices = choicesOf(issue);
  if (!choices) return `${path}: ${issue.message.replace(/^(Invalid input|Too small|Too big): /, '')}`;
  const found = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], root);
  const near = typeof found === 'string' ? didYouMean(found, choices) : '';
  return `${path}: expected one of ${choices.join(', ')}, got ${JSON.stringify(found) ?? 'nothing'}${near}`;
}

/** The words that an issue would have taken, if it is about words. */
function choicesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? issue.options?.map(String) : undefined;
}

/** Every property name anywhere in a JSON Schema. */
function keysOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const here = 'properties' in node ? Object.keys(node.properties as object) : [];
  return [...here, ...Object.values(node).flatMap(keysOf)];
}
