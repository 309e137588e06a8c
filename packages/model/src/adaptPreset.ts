import { checkOptions, ensure } from '@iresnet/core/internal';
import type { ImageFlowConfig } from './imageFlowConfig';
import type { ImageIResNetConfig } from './iResNetConfig';

/** The images that {@link adaptPreset} makes a configuration for. */
export interface AdaptPresetOptions {
  /** `[h, w, c]` of one image. */
  readonly shape: ImageFlowConfig['shape'];
  /** Number of classes; null for a model without a head. */
  readonly classes: number | null;
}

/**
 * A preset for images of another size and another number of classes.
 *
 * It squeezes where the preset does, as long as both sides are even. A preset without a head gets
 * one on every latent value.
 *
 * @param preset - A configuration such as `iResNetPreset` gives.
 * @throws IResNetError for an unknown option or a size that is not positive.
 *
 * @example
 * ```ts
 * import { adaptPreset, iResNetPreset } from '@iresnet/model';
 *
 * const preset = iResNetPreset('mnist-hybrid-small');
 * const { flow, head } = adaptPreset(preset, { shape: [6, 6, 3], classes: 4 });
 * console.log(flow.scales.map(({ squeeze }) => squeeze), head?.classes); // [ true, false ] 4
 * ```
 */
export function adaptPreset(preset: ImageIResNetConfig, options: AdaptPresetOptions): ImageIResNetConfig {
  const where = 'model.adaptPreset';
  checkOptions(where, options, { shape: true, classes: true });
  const { shape, classes } = options;
  ensure(
    shape.length === 3 && shape.every((n) => Number.isInteger(n) && n > 0),
    where,
    () => `expected shape [h,w,c] of positive integers, got [${shape}]`,
  );
  let [h, w] = shape;
  const halve = (wanted: boolean): boolean => {
    const possible = wanted && h % 2 === 0 && w % 2 === 0;
    if (possible) [h, w] = [h / 2, w / 2];
    return possible;
  };
  const initialSqueeze = halve(preset.flow.initialSqueeze);
  const scales = preset.flow.scales.map((scale) => ({ ...scale, squeeze: halve(scale.squeeze) }));
  const head = classes === null ? null : { ...(preset.head ?? { pool: 'none' as const }), classes };
  // A component of the base for each class, where the classes are those of the base.
  const base =
    head?.pool === 'bayes'
      ? { base: { ...(preset.flow.base as object), kind: 'mixture', components: head.classes } as const }
      : {};
  return { kind: 'image', flow: { ...preset.flow, shape, initialSqueeze, scales, ...base }, head };
}
