import { checkSpec, checkStructure, ensure, jsonSchema, type Structure } from '@iresnet/core/internal';
import { bases } from '@iresnet/flows';
import { headFields, type ClassifierHeadConfig } from './classifierHead';
import { denseFlowStructure, type DenseFlowConfig } from './denseFlowConfig';
import { imageFlowStructure, type ImageFlowConfig } from './imageFlowConfig';
import { limits } from './limits';
import { upgradeIResNetConfig } from './upgrade';

/** The i-ResNet on images, as plain JSON. */
export interface ImageIResNetConfig {
  readonly kind: 'image';
  readonly flow: ImageFlowConfig;
  /** The classifier on the latents, if there is one. */
  readonly head: ClassifierHeadConfig | null;
}

/** The i-ResNet on vectors, as plain JSON. */
export interface DenseIResNetConfig {
  readonly kind: 'dense';
  readonly flow: DenseFlowConfig;
  /** The classifier on the latents, if there is one. */
  readonly head: ClassifierHeadConfig | null;
}

/** Everything that decides an architecture, as plain JSON. */
export type IResNetConfig = ImageIResNetConfig | DenseIResNetConfig;

const head: Structure = {
  type: 'object',
  fields: headFields,
  nullable: true,
  doc: 'The classifier on the latents; null for none.',
};

const structure: Structure = {
  type: 'kinds',
  doc: 'An invertible residual network.',
  kinds: {
    image: { flow: imageFlowStructure, head },
    dense: { flow: denseFlowStructure, head },
  },
};

/** Refuse what is not a configuration of this version, or is far too large. */
export function checkIResNetConfig(where: string, value: unknown): void {
  checkStructure(where, structure, value);
  const config = value as IResNetConfig;
  if (config.head?.pool === 'bayes') {
    const { kind, components } = checkSpec(where, bases, config.flow.base ?? 'standardNormal') as {
      kind: string;
      components?: number;
    };
    const { classes } = config.head;
    ensure(
      kind === 'mixture' && components === classes,
      where,
      () =>
        `expected the base mixture with ${classes} components for a head by Bayes' rule, got ${kind}${kind === 'mixture' ? ` with ${components}` : ''}`,
    );
  }
  if (config.kind === 'dense') {
    const { contexts, branch = 'plain' } = config.flow;
    const kind = typeof branch === 'string' ? branch : branch.kind;
    ensure(
      contexts === undefined || kind === 'plain',
      where,
      () => `expected the branch plain for a flow with contexts, got ${kind}`,
    );
    if (config.flow.masked) checkMasked(where, config);
    return;
  }
  const { shape, padding } = config.flow;
  const size = shape[0] * shape[1] * (shape[2] + padding);
  ensure(
    size <= limits.eventSize,
    where,
    () => `expected images of at most ${limits.eventSize} values with their padding, got ${size}`,
  );
}

/** Refuse pieces that have no form for sets of columns. */
function checkMasked(where: string, { flow, head }: DenseIResNetConfig): void {
  const named = (spec: unknown): string =>
    typeof spec === 'string' ? spec : (spec as { kind: string }).kind;
  const { branch = 'plain', base = 'standardNormal', transform = 'none' } = flow;
  const component = typeof base === 'object' && 'component' in base ? base.component : 'normal';
  const wrong = [
    ...(named(branch) === 'plain' ? [] : [`the branch ${named(branch)}`]),
    ...(named(base) === 'standardNormal' || named(base) === 'mixture' ? [] : [`the base ${named(base)}`]),
    ...(component === 'normal' ? [] : [`components of kind ${component}`]),
    ...(named(transform) === 'none' ? [] : [`the transform ${named(transform)}`]),
    ...(flow.contexts === undefined ? [] : ['contexts']),
    ...(flow.linear ? ['trained matrices'] : []),
    ...(flow.coefficient === null ? ['no coefficient'] : []),
    ...(head === null ? [] : ['a head']),
  ];
  ensure(
    wrong.length === 0,
    where,
    () =>
      `expected the branch plain and the base standardNormal or mixture, without more, for a masked flow, got ${wrong.join(', ')}`,
  );
}

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
  return jsonSchema(structure);
}

/**
 * Check a configuration that a person or a file gave. One that an earlier version wrote is
 * upgraded.
 *
 * @param where - The file or option, for the message.
 * @returns The configuration, as it is or upgraded.
 * @throws IResNetError (argument) that lists every difference at once; an unknown key or name comes
 * with the nearest known one.
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
 *   // … flow: unknown key 'activaton' (did you mean 'activation'?)
 *   console.log((error as Error).message);
 * }
 * ```
 */
export function parseIResNetConfig(value: unknown, where = 'model.parseIResNetConfig'): IResNetConfig {
  const upgraded = upgradeIResNetConfig(value);
  checkIResNetConfig(where, upgraded);
  return upgraded as IResNetConfig;
}
