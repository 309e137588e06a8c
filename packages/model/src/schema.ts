import { z } from 'zod';
import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { activationNames, type ActivationName } from '@iresnet/lipschitz';
import type { IResNetConfig } from './iResNet';

const count = z.int().min(1);
const activation = z.enum(activationNames as [ActivationName, ...ActivationName[]]);
/** Below one, so that a branch of several layers is a contraction; null switches the normalization off. */
const coefficient = z.number().gt(0).lt(1).nullable();

const logDet = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact') }),
  z.strictObject({ kind: z.literal('powerSeries'), terms: count, samples: count }),
  z.strictObject({ kind: z.literal('russianRoulette'), exactTerms: z.int().min(0), samples: count }),
  z.strictObject({ kind: z.literal('arnoldi'), products: count, samples: count }),
]);

const head = z
  .strictObject({
    classes: z.int().min(2),
    pool: z.enum(['average', 'none']),
    momentum: z.number().min(0).max(1).exactOptional(),
  })
  .nullable();

const imageFlow = z.strictObject({
  shape: z.tuple([count, count, count]),
  initialSqueeze: z.boolean(),
  padding: z.int().min(0),
  scales: z.array(z.strictObject({ blocks: count, channels: count, squeeze: z.boolean() })).min(1),
  multiScale: z.boolean(),
  squeezeOrder: z.enum(['offset-major', 'channel-major']),
  activation,
  coefficient,
  actNorm: z.boolean(),
  logDet,
  prior: z.enum(['standard', 'learned']),
});

const denseFlow = z.strictObject({
  dimension: count,
  blocks: count,
  hidden: z.array(count),
  activation,
  coefficient,
  actNorm: z.boolean(),
  logDet,
  standardize: z
    .strictObject({ mean: z.array(z.number()), deviation: z.array(z.number().positive()) })
    .exactOptional(),
});

const schema: z.ZodType<IResNetConfig> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), flow: imageFlow, head }),
  z.strictObject({ kind: z.literal('dense'), flow: denseFlow, head }),
]);

/**
 * The JSON Schema (draft 2020-12) of an {@link IResNetConfig}, for editors and other languages.
 *
 * @example
 * ```ts
 * import { iResNetJsonSchema } from '@iresnet/model';
 *
 * console.log(JSON.stringify(iResNetJsonSchema(), null, 2));
 * ```
 */
export function iResNetJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(schema);
}

/**
 * Check a configuration that a person or a file gave.
 *
 * @param where - The file or option, for the message.
 * @returns The configuration, as it is.
 * @throws IResNetError (argument) that lists every difference at once; an unknown key or choice comes with the nearest known one.
 *
 * @example
 * ```ts
 * import { iResNetPreset, parseIResNetConfig } from '@iresnet/model';
 *
 * const { kind, head, flow } = iResNetPreset('mnist-density-small');
 * parseIResNetConfig({ kind, head, flow });
 * try {
 *   parseIResNetConfig({ kind, head, flow: { ...flow, activaton: 'elu' } });
 * } catch (error) {
 *   console.log((error as Error).message); // … flow: unknown key 'activaton' (did you mean 'activation'?)
 * }
 * ```
 */
export function parseIResNetConfig(value: unknown, where = 'model.parseIResNetConfig'): IResNetConfig {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const keys = keysOf(iResNetJsonSchema());
  throw new IResNetError(
    'argument',
    where,
    parsed.error.issues.map((issue) => describe(issue, value, keys)).join('; '),
  );
}

function describe(issue: z.core.$ZodIssue, root: unknown, keys: readonly string[]): string {
  const path = issue.path.join('.') || 'configuration';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${path}: unknown key '${key}'${didYouMean(key, keys)}`).join('; ');
  }
  const found = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
  const choices = choicesOf(issue);
  const expected = choices
    ? `expected ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`
    : issue.message.replace(/^(Invalid input|Too small|Too big): /, '').replace(/, received .*$/, '');
  const near = choices && typeof found === 'string' ? didYouMean(found, choices) : '';
  // JSON would write NaN and infinity as null.
  const got = typeof found === 'number' ? String(found) : (JSON.stringify(found) ?? 'nothing');
  return `${path}: ${expected}, got ${got}${near}`;
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
  return [...new Set([...here, ...Object.values(node).flatMap(keysOf)])];
}
