import { onesLike, tidy } from '@tensorflow/tfjs-core';
import { assign, checkFinite, type NamedTensors } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import { checkStructure, described, ensure } from '@iresnet/core/internal';
import { parseIResNetConfig, type IResNet, type IResNetConfig } from '@iresnet/model';
import { calibrationFields, type Calibration } from './calibration';
import { buildWithin } from './buildWithin';
import { valuesOf } from './columns/effects';
import { allColumns, contextSize } from './columns/given';
import { inputStructure, type Input } from './input';
import type { Pipeline } from './pipeline';
import { checkRecipe } from './checkRecipe';
import { tasks, type Task } from './task';

const FORMAT = 'iresnet-pipeline';
/** The layout that this version writes, and the newest that it reads. */
const VERSION = 1;

/** A model as it is stored: plain JSON, and tensors by name. */
export interface Stored {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: NamedTensors;
  /** The file of the tensors, for messages. Default that of the whole. */
  readonly file?: string;
}

/** The plain JSON of a pipeline, from which {@link restore} builds it again. */
export function describe(pipeline: Pipeline): Readonly<Record<string, unknown>> {
  const { model, input, task, recipe, calibration } = pipeline;
  return {
    format: FORMAT,
    version: VERSION,
    task,
    input,
    recipe,
    model: model.config,
    ...(calibration && { calibration }),
  };
}

/**
 * A pipeline from what was stored, to the last bit. Reads the formats of earlier versions too:
 * tables with and without classes, and images.
 *
 * @param where - The file, for the message.
 * @throws IResNetError of kind `data` when the format is unknown or newer, a field of it is wrong
 * or does not fit the tensors, or a tensor holds NaN or infinity.
 */
export function restore({ config, tensors, ...stored }: Stored, where: string): Pipeline {
  const { file = where } = stored;
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  const { format, version } = config;
  const reader = Object.hasOwn(readers, String(format))
    ? readers[String(format) as keyof typeof readers]
    : null;
  if (!reader)
    return fail(`expected a format of ${Object.keys(readers).join(', ')}, got ${described(format)}`);
  if (!reader.versions.includes(version as number)) {
    const newer = typeof version === 'number' && version > Math.max(...reader.versions);
    const hint = newer ? ': a newer iresnet made it; update this one' : '';
    return fail(`expected version ${reader.versions.join(' or ')}, got ${described(version)}${hint}`);
  }
  try {
    const { names, network, ...rest } = reader.read(config);
    const { input, ...parts } = checkedParts(rest, where);
    const parsed = parseIResNetConfig(network, where);
    checkSizes(input, parsed, where);
    checkFinite(tensors, file);
    const model = buildWithin(parsed, tensors);
    const fixed = fixedTensors(model);
    try {
      assign(model, names ? new Map([...tensors].map(([name, t]) => [names(name), t])) : tensors, { file });
      checkFixed(model, fixed, file);
      start(model);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return { model, input, ...parts };
  } catch (error) {
    if (error instanceof IResNetError && error.kind === 'data') throw error;
    // The bytes are those that were written, so what does not fit was written by something else.
    const { message } = error as Error;
    const what = message.startsWith(`${where}: `) ? message.slice(where.length + 2) : message;
    throw new IResNetError(
      'data',
      where,
      `expected a configuration that fits the tensors, got ${what}`,
      {},
      { cause: error },
    );
  }
}

/** The values that the configuration gives: the standardization of the columns. */
function fixedTensors({ kind, config, params }: IResNet): ReadonlyMap<string, Float32Array> {
  if (kind !== 'dense' || !config.flow.standardize) return new Map();
  // A transform of the columns stands before it.
  const at = config.flow.transform ? 1 : 0;
  const own = Object.entries(params).filter(([name]) => name.startsWith(`flow.bijector.${at}.`));
  return new Map(own.map(([name, variable]) => [name, variable.dataSync<'float32'>().slice()]));
}

/**
 * Refuse a standardization that its tensors contradict: rows would be scored by the one and drawn
 * by the other. A scale that is not one at all is left to the certificate, which names it.
 */
function checkFixed({ params }: IResNet, fixed: ReadonlyMap<string, Float32Array>, file: string): void {
  for (const [name, expected] of fixed) {
    const values = params[name]!.dataSync<'float32'>();
    const at = values.findIndex((value, i) => {
      const isScale = Number.isFinite(1 / value) || expected[i] === 0;
      return isScale && !(Math.abs(value - expected[i]!) <= 1e-5 * Math.abs(expected[i]!));
    });
    if (at < 0) continue;
    const what = `tensor "${name}": expected ${expected[at]!} at index ${at}, as the configuration says, got ${values[at]!}`;
    throw new IResNetError('data', file, what);
  }
}

/**
 * What is stored is the model. A normalization that was never started is the identity, and no first
 * batch changes it.
 */
function start({ params }: IResNet): void {
  for (const [name, variable] of Object.entries(params))
    if (name.endsWith('.initialized')) tidy(() => variable.assign(onesLike(variable)));
}

/** Refuse parts of a configuration that are not what they should be, with the name of the field. */
function checkedParts(
  { input, task, recipe, calibration }: Omit<Read, 'network' | 'names'>,
  where: string,
): Omit<Pipeline, 'model'> {
  checkStructure(where, inputStructure, input, 'input');
  checkStructure(where, { type: 'choice', choices: tasks, doc: 'The task.' }, task, 'task');
  if (recipe !== null) checkRecipe(where, recipe);
  const parts = { input: input as Input, task: task as Task, recipe };
  if (calibration === undefined) return parts;
  return { ...parts, calibration: checkedCalibration(calibration, parts.input, where) };
}

/** Refuse scores of usual rows that are not in order: p-values would be wrong without a word. */
function checkedCalibration(value: unknown, input: Input, where: string): Calibration {
  const structure = { type: 'object', doc: 'Scores of usual rows.', fields: calibrationFields } as const;
  checkStructure(where, structure, value, 'calibration');
  const calibration = value as Calibration;
  const { count, scores, below, values } = calibration;
  const ordered = scores.every(
    (score, i) => i === 0 || (score > scores[i - 1]! && below[i]! > below[i - 1]!),
  );
  ensure(
    ordered && scores.length === below.length && (below.at(-1) ?? 0) <= count,
    where,
    () => 'calibration: expected scores and ranks that increase together, got others',
  );
  const columns = input.kind === 'table' ? input.columns.length : 0;
  ensure(
    values.length === columns && values.every(({ length }) => length > 0),
    where,
    () => `calibration.values: expected values of ${columns} columns, got ${values.length}`,
  );
  return calibration;
}

/** Refuse an input that the network does not take. */
function checkSizes(input: Input, config: IResNetConfig, where: string): void {
  const { kind, flow, head } = config;
  const same = (what: string, expected: string, got: string): void =>
    ensure(expected === got, where, () => `${what}: expected ${expected}, as the network has, got ${got}`);
  same('input.kind', kind === 'image' ? 'images' : 'table', input.kind);
  if (input.kind === 'table' && kind === 'dense')
    same('number of input.columns', String(flow.dimension), String(input.columns.length));
  if (input.kind === 'table' && kind === 'dense')
    same(
      'values of input.given',
      String(flow.contexts ?? 0),
      String(input.given ? contextSize(input.given) : 0),
    );
  if (input.kind === 'table' && input.given)
    for (const name of ['kinds', 'mean', 'deviation'] as const)
      if (input.given[name])
        same(
          `number of input.given.${name}`,
          String(input.given.columns.length),
          String(input.given[name].length),
        );
  if (input.kind === 'table' && input.transforms)
    same('number of input.transforms', String(input.columns.length), String(input.transforms.length));
  if (input.kind === 'table' && input.possible)
    same('number of input.possible', String(input.columns.length), String(input.possible.length));
  if (input.kind === 'table')
    for (const { category, column, shift } of input.effects ?? []) {
      const at = input.columns.indexOf(category);
      same(
        `values of '${category}' in input.effects`,
        String(valuesOf(input.kinds?.[at])),
        String(shift.length),
      );
      ensure(
        input.columns.includes(column),
        where,
        () => `input.effects: expected a column, got '${column}'`,
      );
    }
  if (input.kind === 'images' && kind === 'image')
    same('input.shape', `[${flow.shape.join()}]`, `[${input.shape.join()}]`);
  once('input.classes', input.classes, where);
  if (input.kind === 'table') once('input.columns', [...allColumns(input).columns, ...(input.label === null ? [] : [input.label])], where); // prettier-ignore
  if (head) same('number of input.classes', String(head.classes), String(input.classes.length));
}

function once(what: string, names: readonly string[], where: string): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  ensure(twice === undefined, where, () => `${what}: expected each name once, got '${twice}' twice`);
}

/** What a format holds. */
interface Read {
  readonly input: unknown;
  readonly task: unknown;
  /** Null where none was stored. */
  readonly recipe: unknown;
  /** Absent where none was stored. */
  readonly calibration?: unknown;
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
    read: ({ model, input, task, recipe = null, calibration }) => ({
      input,
      task,
      recipe,
      calibration,
      network: model,
    }),
  },
  // Rows: version 1 is a density alone, whose tensors had no `flow.` in front; version 2 has a
  // classifier.
  'iresnet-table-density': {
    versions: [1, 2],
    read({ version, columns, label, classes, model }) {
      const input = { kind: 'table', title: 'table', columns, label: label ?? null, classes: classes ?? [] };
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
      return { input: { kind: 'images', title, shape, levels, classes }, task, recipe: null, network: model };
    },
  },
};
