import type { BackendName } from '@iresnet/backend';
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

/** Start the backend, open the model, and run what its kind of data asks for. */
export async function dispatch<R extends TableFormFlags & { readonly backend: BackendName }>(
  path: string,
  request: R,
  output: Output,
  runners: Readonly<Record<Pipeline['input']['kind'], () => Promise<Runner<R>>>>,
): Promise<number> {
  await startBackend(request.backend);
  const pipeline = await openModel(path);
  if (pipeline.input.kind === 'images')
    refuseTableForm(request, path, 'expected --data of images, whose model it is');
  const run = await runners[pipeline.input.kind]();
  return run({ path, pipeline }, request, output);
}
