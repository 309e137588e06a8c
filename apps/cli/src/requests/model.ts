import { IResNetError } from '@iresnet/core';
import { didYouMean, parseSpec, type Spec } from '@iresnet/core/internal';
import { adaptPreset, iResNetPreset, iResNetPresetNames, type ImageIResNetConfig } from '@iresnet/model';
import { fittedPreset, imageKind, type DenseRecipe, type Task } from '@iresnet/pipeline';
import { checkClasses, type LoadedData } from '@iresnet/pipeline/run/node';
import { dashed, orNull, refuse, type ConfigFlags } from './configFlags';

/** The network for rows, with the settings of the flags. */
export function denseModel(model: DenseRecipe, flags: ConfigFlags): DenseRecipe {
  const { blocks, hidden, missing } = flags;
  if (blocks && blocks.length > 1)
    refuse(`expected one number of --blocks for a table, got ${blocks.join()}`);
  return {
    kind: 'dense',
    flow: {
      ...model.flow,
      ...pieces(flags),
      ...(blocks && { blocks: blocks[0]! }),
      ...(hidden && { hidden }),
      ...(missing !== undefined &&
        (missing === 'marginal' || model.flow.masked) && { masked: missing === 'marginal' }),
    } as DenseRecipe['flow'],
  };
}

/** The network for images, with the settings of the flags. */
export function imageModel(
  model: ImageIResNetConfig,
  flags: ConfigFlags,
  task: Task,
  loaded: LoadedData,
): ImageIResNetConfig {
  const preset = flags.preset === undefined ? null : presetNamed(flags.preset);
  if (loaded.kind === 'images') checkClasses(loaded, task, 'or give --task density, which needs no classes');
  const fitted =
    loaded.kind !== 'images'
      ? (preset ?? model)
      : preset
        ? fittedPreset(preset, task, imageKind(loaded.train))
        : adaptPreset(model, {
            shape: loaded.train.shape,
            classes: task === 'density' ? null : loaded.train.classes.length,
          });
  const base = flags.base === undefined ? fitted.flow.base : spec('--base', flags.base);
  return {
    ...fitted,
    // Without a component for each class a linear head takes the place of Bayes' rule.
    ...(fitted.head?.pool === 'bayes' &&
      !alike(base, fitted.flow.base) && { head: { ...fitted.head, pool: 'none' as const } }),
    flow: {
      ...fitted.flow,
      ...pieces(flags),
      ...(flags.transform && { transform: spec('--transform', flags.transform.at(-1)!) }),
      scales: rescaled(fitted.flow.scales, flags.blocks, flags.channels),
    } as ImageIResNetConfig['flow'],
  };
}

/** Whether two bases have the same name and as many components. */
function alike(a: unknown, b: unknown): boolean {
  const [first, second] = [a, b] as { readonly kind?: string; readonly components?: number }[];
  return first?.kind === second?.kind && first?.components === second?.components;
}

/** The pieces of a network that flags name. */
function pieces(flags: ConfigFlags): Readonly<Record<string, unknown>> {
  const { coefficient, linear } = flags;
  const named = (['activation', 'logDet', 'solver', 'base', 'branch'] as const).flatMap((name) =>
    flags[name] === undefined ? [] : [[name, spec(dashed(name), flags[name])]],
  );
  return {
    ...Object.fromEntries(named),
    ...(coefficient !== undefined && { coefficient: orNull(coefficient) }),
    ...(linear !== undefined && { linear }),
  };
}

/** A specification as a person writes it: a name, or a name with options. */
export function spec(flag: string, text: string): Spec {
  try {
    return parseSpec(text);
  } catch (error) {
    throw new IResNetError(
      'argument',
      flag,
      `expected a name, name:option=value or JSON, got ${text}`,
      {},
      {
        cause: error,
      },
    );
  }
}

/** Scales with other numbers of blocks and channels. */
function rescaled(
  scales: ImageIResNetConfig['flow']['scales'],
  blocks: readonly number[] | undefined,
  channels: readonly number[] | undefined,
) {
  const count = blocks?.length ?? channels?.length ?? scales.length;
  if (channels && channels.length !== count)
    refuse(`expected as many --channels as scales, ${count}, got ${channels.length}`);
  return Array.from({ length: count }, (_, i) => {
    const like = scales[Math.min(i, scales.length - 1)]!;
    return { ...like, ...(blocks && { blocks: blocks[i]! }), ...(channels && { channels: channels[i]! }) };
  });
}

/** A preset by the name that a person gave. */
function presetNamed(name: string): ImageIResNetConfig {
  const known = iResNetPresetNames.find((preset) => preset === name);
  if (known) return iResNetPreset(known);
  const what = `expected one of ${iResNetPresetNames.join(', ')}, got ${name}${didYouMean(name, iResNetPresetNames)}`;
  throw new IResNetError('argument', '--preset', what);
}
