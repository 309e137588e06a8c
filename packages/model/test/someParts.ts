/** Names of some parts of each kind: SwiftShader takes seconds to compile the programs of one. */
export const someParts = [
  'map: (dense at its bound|dense with ε|lipSwish|cSin on images|groupSort of 3|an i-DenseNet branch on images)',
  'bijector: (residual block, tanh, L = 0.9|linear on images|whiten)',
  'estimator: (exact|ten terms|arnoldi, two|adaptive arnoldi, coarse)',
  'flow: matrices between',
  'flow of images: an odd number',
].join('|');
