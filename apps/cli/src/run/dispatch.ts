import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { openModel, type Pipeline } from '@iresnet/pipeline';
import { refuseTableForm, type TableFormFlags } from '../requests/tableForm';
import type { Output } from '../terminal/output';
import { startBackend } from './backend';

/** A model that a command works on. */
export interface Opened {
  /** The folder of the run or of the model. */
  readonly path: string;
  readonly pipeline: Pipeline;
}

/** How a command treats one kind of data; gives the exit code. */
export type Runner<R> = (opened: Opened, request: R, output: Output) => Promise<number>;

/** What every request says that works on a model. */
interface Given {
  readonly backend: BackendName;
  readonly more?: readonly string[];
}

/** Start the backend, open the model, and run what its kind of data asks for. */
export async function dispatch<R extends TableFormFlags & Given>(
  path: string,
  request: R,
  output: Output,
  runners: Readonly<Record<Pipeline['input']['kind'], () => Promise<Runner<R>>>>,
): Promise<number> {
  await startBackend(request.backend);
  const pipeline = await openModel(path);
  if (pipeline.input.kind === 'images') {
    const expected = 'expected --data of images, whose model it is';
    refuseTableForm(request, path, expected);
    if (request.more) throw new IResNetError('argument', path, `${expected}, in one place, got several`);
  }
  const run = await runners[pipeline.input.kind]();
  return run({ path, pipeline }, request, output);
}
