import { exp, type Tensor } from '@tensorflow/tfjs-core';

/** eˢ as the device computes it: one function, since what is measured of it is kept under it. */
export const deviceExp = (s: Tensor): Tensor => exp(s);
