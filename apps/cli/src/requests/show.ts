import type { GivenData } from './data';

/** `iresnet datasets show`. */
export interface ShowRequest extends Pick<GivenData, 'dataDir'> {
  readonly count: number;
  readonly out?: string;
  readonly json: boolean;
}
