import { described } from './checks';
import { didYouMean } from './didYouMean';
import { IResNetError } from './errors';
import { checkSpec, fits, misfit, type Field } from './spec';

/** The fields of an object of type T. The compiler sees to it that none is missing. */
export type FieldsOf<T> = { readonly [K in keyof Required<T>]: Structure };

/** What plain JSON must be like, as data. Checks, JSON Schemas and help are made from it. */
export type Structure = (
  | Field
  | {
      readonly type: 'object';
      readonly doc: string;
      readonly fields: Readonly<Record<string, Structure>>;
    }
  | {
      readonly type: 'list';
      readonly doc: string;
      readonly of: Structure;
      readonly min?: number;
      readonly max?: number;
    }
  /** One of several objects, told apart by their `kind`. */
  | {
      readonly type: 'kinds';
      readonly doc: string;
      readonly kinds: Readonly<Record<string, Readonly<Record<string, Structure>>>>;
    }
) & {
  /** The key may be absent, as one with a default may. */
  readonly optional?: true;
  /** The value may be null. */
  readonly nullable?: true;
};

/**
 * Check plain JSON that a person, a file or a caller gave.
 *
 * @param where - The function or the file, for the message.
 * @param name - What to call the whole value in the message.
 * @throws IResNetError (argument) that lists every difference, each with its place, what was
 * expected and what came; an unknown key or name comes with the nearest known one.
 */
export function checkStructure(where: string, structure: Structure, value: unknown, name = ''): void {
  const problems = problemsOf(structure, value, name || 'configuration', name && `${name}.`);
  if (problems.length > 0) throw new IResNetError('argument', where, problems.join('; '), { problems });
}

/** `path` names the value itself; `prefix` is written before the names of its members. */
function problemsOf(structure: Structure, value: unknown, path: string, prefix = `${path}.`): string[] {
  if (value === null && structure.nullable) return [];
  const orNull = structure.nullable ? ' or null' : '';
  const expected = (what: string) => [`${path}: expected ${what}${orNull}, got ${described(value)}`];
  switch (structure.type) {
    case 'object':
      if (!isObject(value)) return expected('an object');
      return membersOf(structure.fields, value, path, prefix);
    case 'kinds': {
      if (!isObject(value)) return expected('an object');
      const { kind, ...rest } = value;
      const kinds = Object.keys(structure.kinds);
      if (typeof kind === 'string' && Object.hasOwn(structure.kinds, kind)) {
        return membersOf(structure.kinds[kind]!, rest, path, prefix);
      }
      const near = typeof kind === 'string' ? didYouMean(kind, kinds) : '';
      return [`${prefix}kind: expected one of ${kinds.join(', ')}, got ${described(kind)}${near}`];
    }
    case 'list': {
      const { of, min = 0, max = Infinity } = structure;
      const least = min > 0 ? `at least ${min}` : '';
      const most = Array.isArray(value) && value.length > max ? `at most ${max}` : '';
      const count = min === max ? `${min}` : most || least;
      if (!Array.isArray(value) || value.length < min || value.length > max) {
        return expected(`a list${count && ` of ${count}`}`);
      }
      return value.flatMap((item, i) => problemsOf(of, item, `${prefix}${i}`));
    }
    default:
      return fieldProblems(path, structure, value, orNull);
  }
}

/** Of a spec the first problem alone, since what follows depends on its name. */
function fieldProblems(path: string, field: Field, value: unknown, orElse: string): string[] {
  if (field.type !== 'spec') {
    return fits(field, value) ? [] : [`${path}: ${misfit(field, value, '', orElse)}`];
  }
  try {
    checkSpec(path, field.table, value);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function membersOf(
  fields: Readonly<Record<string, Structure>>,
  value: Readonly<Record<string, unknown>>,
  path: string,
  prefix: string,
): string[] {
  const known = Object.keys(fields);
  const unknown = Object.keys(value)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => {
      const others =
        known.length > 0 ? `the known ones are ${known.join(', ')}` : 'there is no other key beside kind';
      const hint = didYouMean(name, known) || `; ${others}`;
      return `${path}: unknown key '${name}'${hint}`;
    });
  const wrong = Object.entries(fields).flatMap(([name, field]) =>
    value[name] === undefined && mayBeAbsent(field) ? [] : problemsOf(field, value[name], `${prefix}${name}`),
  );
  return [...unknown, ...wrong];
}

/** Whether an object may lack the key of a structure. */
export function mayBeAbsent(structure: Structure): boolean {
  return structure.optional === true || ('default' in structure && structure.default !== undefined);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
