/** A v and Aᵀ u of one vector on the host, in float64. */
export interface HostProducts {
  /** A v. */
  matvec(v: Float64Array): Float64Array;
  /** Aᵀ u. */
  rmatvec(u: Float64Array): Float64Array;
}

/**
 * The pieces of maps on the host. It is handed over, so that only who asks for bounds carries it.
 */
export interface HostKit {
  /** x ↦ x. */
  readonly identity: HostMap;
  /** v ↦ A v + b, with n terms in each sum, ‖A‖_F, and b. */
  linear(products: HostProducts, terms: number, frobenius: number, bias?: ArrayLike<number>): HostMap;
  /** x ↦ σ(x), elementwise, with sup |σ″| and sup |σ′|. */
  elementwise(sigma: (x: number) => number, smoothness: number, lipschitz: number): HostMap;
  /** fₙ ∘ ⋯ ∘ f₁, with the Lipschitz constant of each. */
  sequence(parts: readonly { readonly map: HostMap; readonly lipschitz: number }[]): HostMap;
  /** x ↦ [a₁ f₁(x), a₂ f₂(x), …], side by side. */
  beside(parts: readonly { readonly map: HostMap; readonly scale: number }[]): HostMap;
}

/** A map of one example on the host, in float64. */
export interface HostMap {
  /** M: ‖∂f(x) − ∂f(x′)‖₂ ≤ M ‖x − x′‖₂ for all x and x′. */
  readonly smoothness: number;
  /** f(x) and its Jacobian at x. */
  linearize(x: Float64Array): HostLinearization;
}

/** f near a point; see {@link HostMap}. */
export interface HostLinearization {
  /** f(x). */
  readonly y: Float64Array;
  /** A bound of the distance from `y` to the exact f(x), in the 2-norm. */
  readonly yError: number;
  /** ∂f(x) v. */
  product(v: Float64Array): Float64Array;
  /** ‖product(v) − ∂f(x) v‖₂ ≤ error ‖v‖₂, with the rounding of f(x) and of the product. */
  readonly error: number;
}
