/** `iresnet backends`. */
export interface BackendsRequest {
  readonly seconds: number;
  readonly threads?: number;
  readonly json: boolean;
}
