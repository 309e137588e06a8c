import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assign } from '@iresnet/checkpoint';
import { loadModule, saveModule } from '@iresnet/checkpoint/node';
import { createRng, IResNetError } from '@iresnet/core';
import {
  iResNet,
  parseIResNetConfig,
  type DenseFlowConfig,
  type DenseIResNet,
  type DenseIResNetConfig,
  type FlowModel,
} from '@iresnet/model';

/** A density of rows, and a classifier of them if they had a label column. */
export interface TableModel {
  readonly density: FlowModel;
  /** The configuration of the density. */
  readonly flow: DenseFlowConfig;
  readonly classifier: TableClassifier | null;
}

/** A classifier whose flow is the density. */
export interface TableClassifier {
  readonly model: DenseIResNet;
  /** The column of the classes. */
  readonly label: string;
  readonly classes: readonly string[];
}

/** A trained model with the names of its columns. */
export interface SavedModel extends TableModel {
  readonly columns: readonly string[];
}

/** A density alone is of the first version, which older programs open; one with a classifier of the second. */
type SavedConfig = {
  readonly format: 'iresnet-table-density';
  readonly columns: readonly string[];
} & (
  | { readonly version: 1; readonly model: DenseFlowConfig }
  | {
      readonly version: 2;
      readonly label: string;
      readonly classes: readonly string[];
      readonly model: DenseIResNetConfig;
    }
);

/** A density, with a classifier on its latents if there are labels, untrained. */
export function buildTableModel(
  flow: DenseFlowConfig,
  labels: { readonly column: string; readonly classes: readonly string[] } | null,
  rng: ReturnType<typeof createRng>,
): TableModel {
  const head = labels && ({ classes: labels.classes.length, pool: 'none' } as const);
  const model = iResNet({ kind: 'dense', flow, head }, rng);
  const classifier = labels && { model, label: labels.column, classes: labels.classes };
  return { density: model.flow, flow, classifier };
}

/** Save a model so that {@link openModel} gives back the same one to the last bit. */
export async function writeModel(dir: string, saved: SavedModel): Promise<void> {
  const { density, flow, classifier, columns } = saved;
  const format = 'iresnet-table-density';
  if (classifier === null) {
    const config: SavedConfig = { format, version: 1, columns, model: flow };
    return saveModule(dir, { config, module: density });
  }
  const { label, classes, model } = classifier;
  const config: SavedConfig = { format, version: 2, columns, label, classes, model: model.config };
  await saveModule(dir, { config, module: model });
}

/**
 * Open a model folder, or the run folder that holds one.
 *
 * @throws IResNetError of kind `data` when there is none, or a byte of it is wrong.
 */
export async function openModel(path: string): Promise<SavedModel> {
  const dir = modelFolder(path);
  const { config, tensors } = await loadModule(dir);
  const saved = config as unknown as SavedConfig;
  const file = join(dir, 'config.json');
  if (saved.format !== 'iresnet-table-density') {
    const what = `expected format iresnet-table-density, got ${JSON.stringify(saved.format)}`;
    throw new IResNetError('data', file, what);
  }
  if (saved.version !== 1 && saved.version !== 2) {
    const { version } = saved as { version: unknown };
    const what = `expected version 1 or 2, got ${String(version)}: a newer iresnet made it; update this one`;
    throw new IResNetError('data', file, what);
  }
  try {
    const rng = createRng(0);
    const { columns } = saved;
    if (saved.version === 1) {
      const { flow } = denseConfig({ kind: 'dense', flow: saved.model, head: null }, file);
      const built = buildTableModel(flow, null, rng);
      assign(built.density, tensors);
      return { ...built, columns };
    }
    const { label: column, classes } = saved;
    const { flow, head } = denseConfig(saved.model, file);
    if (classes.length !== head?.classes)
      throw new Error(`${classes.length} names of ${head?.classes ?? 'no'} classes`);
    const built = buildTableModel(flow, { column, classes }, rng);
    assign(built.classifier!.model, tensors);
    return { ...built, columns };
  } catch (error) {
    // The bytes are those that were written, so what does not fit was written by something else.
    const what = `expected a configuration that fits the tensors, got ${(error as Error).message}`;
    throw new IResNetError('data', dir, what, {}, { cause: error });
  }
}

/** The configuration of a model of rows, which this version wrote or an earlier one. */
function denseConfig(value: unknown, file: string): DenseIResNetConfig {
  const config = parseIResNetConfig(value, file);
  if (config.kind === 'dense') return config;
  throw new IResNetError('data', file, `expected a model of kind dense, got ${config.kind}`);
}

/** The folder of a model that a path means. */
export function modelFolder(path: string): string {
  const inner = join(path, 'model');
  if (existsSync(join(path, 'manifest.json'))) return path;
  if (existsSync(inner)) return inner;
  const found = existsSync(path) ? 'no model in it' : 'nothing there';
  throw new IResNetError('data', path, `expected the folder of a run or of a model, got ${found}`);
}
