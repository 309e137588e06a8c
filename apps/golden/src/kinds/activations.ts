import { grad, mul, onesLike, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { activation, activationNames, maxMin } from '@iresnet/lipschitz';
import type { Kind } from './kind';
import { channelsFirst, channelsLast } from '../layout';
import { has } from './matching';

/** MaxMin on feature maps, and the elementwise nonlinearities with their derivatives. */
export const activations: Kind = {
  name: 'activations',
  matches: ({ tensors }) => has(tensors, 'maxmin_input', 'maxmin_output', 'scalar_input'),
  unable: () => undefined,
  run(golden) {
    const sorting = maxMin();
    const x = channelsLast(golden.tensor('maxmin_input'));
    const cotangent = channelsLast(golden.tensor('maxmin_cotangent'));
    golden.check('maxmin_output', channelsFirst(sorting.apply(x)));
    const pulledBack = grad((at: Tensor) => sum(mul(cotangent, sorting.apply(at))))(x);
    golden.check('maxmin_input_grad', channelsFirst(pulledBack), { way: 'gradient' });
    const transposed = sorting.linearize(x).jacobian.rmatvec(cotangent);
    golden.check('maxmin_input_grad', channelsFirst(transposed), { way: 'Jacobian' });

    const input = golden.tensor('scalar_input');
    const points = reshape(input, [input.size, 1]);
    for (const name of activationNames.filter((known) => golden.has(known))) {
      const map = activation(name);
      const slope = (at: Tensor): Tensor => map.linearize(at).jacobian.matvec(onesLike(at));
      golden.check(name, map.apply(points));
      if (golden.has(`${name}_derivative`)) {
        golden.check(`${name}_derivative`, slope(points), { way: 'Jacobian' });
        golden.check(`${name}_derivative`, grad((at: Tensor) => map.apply(at))(points), { way: 'gradient' });
      }
      if (golden.has(`${name}_second_derivative`)) {
        golden.check(`${name}_second_derivative`, grad(slope)(points));
      }
      map.dispose();
    }
  },
};
