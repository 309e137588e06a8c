import { assign, type NamedTensors } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import { parseIResNetConfig } from '@iresnet/model';
import { buildWithin } from './buildWithin';
import type { ImageInput, Input, TableInput } from './input';
import type { Pipeline } from './pipeline';
import { tasks, type Task } from './task';
import type { Recipe } from './recipe';

const FORMAT = 'iresnet-pipeline';
/** The layout that this version writes, and the newest that it reads. */
const VERSION = 1;

/** A model as it is stored: plain JSON, and tensors by name. */
export interface Stored {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: NamedTensors;
}

/** The plain JSON of a pipeline, from which {@link restore} builds it again. */
export function describe({ model, input, task, recipe }: Pipeline): Readonly<Record<string, unknown>> {
  return { format: FORMAT, version: VERSION, task, input, recipe, model: model.config };
}

/**
 * A pipeline from what was stored, to the last bit. Reads the formats of earlier versions too: tables with
 * and without classes, and images.
 *
 * @param where - The file, for the message.
 * @throws IResNetError of kind `data` when the format is unknown or newer, or does not fit the tensors.
 */
export function restore({ config, tensors }: Stored, where: string): Pipeline {
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  const { format, version } = config;
  const reader = Object.hasOwn(readers, String(format))
    ? readers[String(format) as keyof typeof readers]
    : null;
  if (!reader)
    return fail(`expected a format of ${Object.keys(readers).join(', ')}, got ${JSON.stringify(format)}`);
  if (!reader.versions.includes(version as number)) {
    const newer = typeof version === 'number' && version > Math.max(...reader.versions);
    const hint = newer ? ': a newer iresnet made it; update this one' : '';
    return fail(`expected version ${reader.versions.join(' or ')}, got ${String(version)}${hint}`);
  }
  const { input, task, recipe, network, names = (name) => name } = reader.read(config);
  if (!tasks.includes(task) || !isInput(input))
    return fail('expected what the model takes in and its task, got other JSON');
  try {
    const parsed = parseIResNetConfig(network, where);
    const classes = parsed.head?.classes ?? 0;
    if (classes > 0 && classes !== input.classes.length)
      throw new Error(`${input.classes.length} names of ${classes} classes`);
    const model = buildWithin(parsed, tensors);
    try {
      assign(model, new Map([...tensors].map(([name, tensor]) => [names(name), tensor])));
    } catch (error) {
      model.dispose();
      throw error;
    }
    return { model, input, task, recipe };
  } catch (error) {
    // The bytes are those that were written, so what does not fit was written by something else.
    const what = `expected a configuration that fits the tensors, got ${(error as Error).message}`;
    throw new IResNetError('data', where, what, {}, { cause: error });
  }
}

/** What a format holds. */
interface Read {
  readonly input: Input;
  readonly task: Task;
  readonly recipe: Recipe | null;
  /** The configuration of the network. */
  readonly network: unknown;
  /** Names of tensors as the network has them now. */
  readonly names?: (name: string) => string;
}

interface Reader {
  readonly versions: readonly number[];
  read(config: Readonly<Record<string, unknown>>): Read;
}

const readers: Readonly<Record<string, Reader>> = {
  [FORMAT]: {
    versions: [VERSION],
    read: ({ input, task, recipe, model }) => ({
      input: input as Input,
      task: task as Task,
      recipe: (recipe ?? null) as Recipe | null,
      network: model,
    }),
  },
  // Rows: version 1 is a density alone, whose tensors had no `flow.` in front; version 2 has a classifier.
  'iresnet-table-density': {
    versions: [1, 2],
    read({ version, columns, label, classes, model }) {
      const input: TableInput = {
        kind: 'table',
        title: 'table',
        columns: columns as string[],
        label: (label ?? null) as string | null,
        classes: (classes ?? []) as string[],
      };
      if (version === 2) return { input, task: 'hybrid', recipe: null, network: model };
      return {
        input,
        task: 'density',
        recipe: null,
        network: { kind: 'dense', flow: model, head: null },
        names: (name) => `flow.${name}`,
      };
    },
  },
  'iresnet-image-model': {
    versions: [1],
    read({ title, levels, classes, task, model }) {
      const shape = (model as { flow?: { shape?: unknown } } | null)?.flow?.shape;
      const input = { kind: 'images', title, shape, levels, classes } as ImageInput;
      return { input, task: task as Task, recipe: null, network: model };
    },
  },
};

function isInput(input: unknown): input is Input {
  if (typeof input !== 'object' || input === null) return false;
  const { kind, classes, columns, levels, shape } = input as Readonly<Record<string, unknown>>;
  if (!Array.isArray(classes)) return false;
  if (kind === 'table') return Array.isArray(columns) && columns.length > 0;
  return kind === 'images' && Array.isArray(shape) && Number.isInteger(levels) && (levels as number) >= 2;
}
