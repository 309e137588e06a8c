import type { BackendName } from '@iresnet/backend';
import type { ActivationName } from '@iresnet/lipschitz';

/** `iresnet import`. */
export interface ImportRequest {
  /** Height, width, channels. */
  readonly shape: number[];
  readonly out: string;
  readonly coefficient?: number;
  readonly activation?: ActivationName;
  readonly initialSqueeze?: boolean;
  readonly head?: boolean;
  readonly classes?: string[];
  readonly mean?: number[];
  readonly deviation?: number[];
  readonly levels: number;
  readonly json: boolean;
  readonly backend: BackendName;
}
