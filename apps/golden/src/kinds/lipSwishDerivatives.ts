import {
  grad,
  onesLike,
  reshape,
  sum,
  tidy,
  unstack,
  variableGrads,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { lipSwish } from '@iresnet/lipschitz';
import type { Kind } from './kind';
import { has } from './matching';

/** LipSwish: values, first and second derivative, and the derivative with respect to the raw β. */
export const lipSwishDerivatives: Kind = {
  name: 'lipswish',
  matches: ({ tensors }) => has(tensors, 'x', 'beta', 'y.0', 'dy_dx.0', 'd2y_dx2.0'),
  unable: () => undefined,
  run(golden) {
    const points = golden.tensor('x');
    // One point an example, so that β's gradient can be taken for each.
    const x = reshape(points, [points.size, 1]);
    golden.values('beta').forEach((beta, i) => {
      const map = lipSwish({ beta });
      const slope = (at: Tensor): Tensor => map.linearize(at).jacobian.matvec(onesLike(at));
      golden.check(`y.${i}`, map.apply(x), { way: 'apply' });
      golden.check(`y.${i}`, map.linearize(x).y, { way: 'linearize' });
      golden.check(`dy_dx.${i}`, slope(x), { way: 'Jacobian' });
      golden.check(`dy_dx.${i}`, grad((at) => map.apply(at))(x), { way: 'gradient' });
      golden.check(`d2y_dx2.${i}`, grad(slope)(x));
      const alongBeta = unstack(x).map((at) =>
        tidy(() => {
          const { grads } = variableGrads(() => sum(map.apply(reshape(at, [1, 1]))) as Scalar);
          return Object.values(grads)[0]!.dataSync()[0]!;
        }),
      );
      golden.check(`dy_dbeta.${i}`, alongBeta);
      map.dispose();
    });
  },
};
