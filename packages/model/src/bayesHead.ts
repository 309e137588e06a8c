import type { BaseDistribution, Mixture } from '@iresnet/flows';
import { checkOptions, checkTensor, ensure } from '@iresnet/core/internal';
import type { ClassifierHead } from './classifierHead';

/**
 * logits_j = ln π_j + ln p(z | j), the classifier that a base with a component for each class is:
 * their softmax is p(j | z) by Bayes' rule, and so p(j | x) of the flow in front of it.
 *
 * One model then says p(x), p(class | x) and p(x | class), and they agree with each other.
 *
 * @param base - A mixture. Its variables are those of the classifier, so the head has none.
 * @param classes - K, as many as the base has components.
 * @returns The head. `logits` takes z `[B, d]`.
 * @throws IResNetError when the base is not a mixture of K components.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mixture } from '@iresnet/flows';
 * import { bayesHead } from '@iresnet/model';
 *
 * const base = mixture([1], { components: 2 });
 * base.params['mean']!.assign(tf.tensor2d([[-3], [3]]));
 * tf.softmax(bayesHead(base, 2).logits(tf.tensor2d([[0.5]]))).print(); // 0.047 and 0.953
 * ```
 *
 * @see Izmailov et al., Semi-Supervised Learning with Normalizing Flows (arXiv 1912.13025).
 */
export function bayesHead(base: BaseDistribution, classes: number): ClassifierHead {
  const where = 'model.bayesHead';
  ensure(
    isMixture(base) && base.components === classes,
    where,
    () => `expected a mixture of ${classes} components, one for each class, got another base`,
  );
  return {
    params: {},
    dispose: () => undefined,
    logits(z, options = {}) {
      checkTensor(`${where}.logits`, 'z', z);
      checkOptions(`${where}.logits`, options, { training: true });
      return base.logProbOfEach(z);
    },
  };
}

/** Whether a base can be asked for its components. */
export function isMixture(base: BaseDistribution): base is Mixture {
  return 'logProbOfEach' in base && 'sampleFrom' in base;
}
