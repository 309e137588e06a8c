import type { IResNet } from '@iresnet/model';
import type { Calibration } from './calibration';
import type { Input } from './input';
import type { Recipe } from './recipe';
import type { Task } from './task';

/**
 * A trained model with all that belongs to it: what it takes in, what it was trained for, and how.
 *
 * `openModel` reads one, `train` makes one, `saveModel` writes one. The functions of this package
 * work on it.
 */
export interface Pipeline {
  readonly model: IResNet;
  readonly input: Input;
  readonly task: Task;
  /** How it was trained; null where that is not known, as for imported weights. */
  readonly recipe: Recipe | null;
  /** The scores of usual rows, which `calibrate` adds; absent where none are kept. */
  readonly calibration?: Calibration;
}
