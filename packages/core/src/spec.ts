import { described } from './checks';
import { ensure } from './ensure';
import { didYouMean } from './didYouMean';

/** One option of a named thing, as data. Schemas, help and docs are made from it. */
export type Field = {
  readonly doc: string;
  readonly default?: unknown;
  /** It may be absent, though it has no default. */
  readonly optional?: true;
} & (
  | {
      readonly type: 'count';
      readonly min: number;
      readonly max?: number;
      /** Far beyond any use. What is larger is refused before it costs time or memory. */
      readonly limit?: number;
    }
  | {
      readonly type: 'number';
      readonly min?: number;
      readonly max?: number;
      /** Excluded bounds. */
      readonly above?: number;
      readonly below?: number;
    }
  /** A list; the bounds are those of each of its numbers. */
  | {
      readonly type: 'numbers';
      readonly min?: number;
      readonly max?: number;
      readonly above?: number;
      readonly below?: number;
    }
  | { readonly type: 'flag' }
  /** Any text but the empty one. */
  | { readonly type: 'text' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  /** Another named thing. */
  | { readonly type: 'spec'; readonly table: SpecTable<unknown> }
);

/**
 * One name: what it is, which options it takes, and how to make it. A field without a default is
 * required unless it is optional.
 */
export interface SpecRow<T, O = never> {
  readonly doc: string;
  readonly fields: { readonly [K in keyof Required<O>]: Field };
  make(options: Required<O>): T;
}

/**
 * Everything of one sort that a configuration can name. To add one is to add a row.
 *
 * The options of a row are typed where it is written and unknown here; `checkSpec` has checked them
 * before `make` gets them.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type SpecTable<T> = Readonly<Record<string, SpecRow<T, any>>>;

/** A name, or a name with options, as plain JSON. `'x'` is short for `{ kind: 'x' }`. */
export type Spec = string | { readonly kind: string };

/** The name in a spec. */
export function specKind(spec: Spec): string {
  return typeof spec === 'string' ? spec : spec.kind;
}

/**
 * Check a spec against a table and fill in the defaults, those of nested specs too.
 *
 * @returns The spec with every option of its row that is given or has a default.
 * @throws IResNetError that names an unknown name or option with the nearest known one, or a value
 * out of range.
 */
export function checkSpec(
  where: string,
  table: SpecTable<unknown>,
  spec: unknown,
): { readonly kind: string } & Readonly<Record<string, unknown>> {
  const { kind, ...options } = (typeof spec === 'string' ? { kind: spec } : (spec ?? {})) as Record<
    string,
    unknown
  >;
  const names = Object.keys(table);
  ensure(typeof kind === 'string' && Object.hasOwn(table, kind), where, () => {
    const got = typeof kind === 'string' ? `'${kind}'${didYouMean(kind, names)}` : described(spec);
    return `expected one of ${names.join(', ')}, got ${got}`;
  });
  const { fields } = table[kind]! as { fields: Readonly<Record<string, Field>> };
  const known = Object.keys(fields);
  for (const name of Object.keys(options)) {
    ensure(
      Object.hasOwn(fields, name),
      where,
      () =>
        `expected the options ${known.join(', ') || '(none)'} for ${kind}, got '${name}'${didYouMean(name, known)}`,
    );
  }
  const checked = Object.entries(fields).flatMap(([name, field]) => {
    const value = options[name] ?? field.default;
    if (value === undefined && field.optional) return [];
    ensure(value !== undefined, where, () => `expected ${kind} with ${name}, got none`);
    return [[name, checkField(where, name, field, value)] as const];
  });
  return { kind, ...Object.fromEntries(checked) };
}

function checkField(where: string, name: string, field: Field, value: unknown): unknown {
  if (field.type === 'spec') return checkSpec(`${where}, ${name}`, field.table, value);
  ensure(fits(field, value), where, () => misfit(field, value, `${name} as `));
  return value;
}

/** What was expected of a field, and what came. */
export function misfit(field: Field, value: unknown, name = '', orElse = ''): string {
  const near = field.type === 'choice' && typeof value === 'string' ? didYouMean(value, field.choices) : '';
  if (field.type === 'count' && typeof value === 'number' && value > (field.limit ?? Infinity))
    return `expected ${name}an integer ≤ ${field.limit}, got ${value}`;
  return `expected ${name}${domainOf(field)}${orElse}, got ${described(value)}${near}`;
}

/** Whether a value is one that a field can have; what a spec names is not looked at. */
export function fits(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value);
    case 'count':
      return (
        Number.isSafeInteger(value) &&
        within(field, value as number) &&
        (value as number) <= (field.limit ?? Infinity)
      );
    case 'number':
      return Number.isFinite(value) && within(field, value as number);
    case 'numbers':
      return (
        Array.isArray(value) &&
        value.every((entry) => Number.isFinite(entry) && within(field, entry as number))
      );
    case 'spec':
      return true;
  }
}

function within(
  field: { min?: number; max?: number; above?: number; below?: number },
  value: number,
): boolean {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = field;
  return value >= min && value <= max && value > above && value < below;
}

const NOUNS = { count: 'an integer', number: 'a number', numbers: 'a list of numbers' } as const;

/** The values of a field in words: `an integer ≥ 1`. */
export function domainOf(field: Field): string {
  switch (field.type) {
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text';
    case 'choice':
      return `one of ${field.choices.join(', ')}`;
    case 'spec':
      return `one of ${Object.keys(field.table).join(', ')}`;
    default: {
      const { min, max, above, below } = field as Extract<Field, { type: 'number' | 'numbers' }>;
      const bounds = [
        min !== undefined && `≥ ${min}`,
        above !== undefined && `> ${above}`,
        max !== undefined && `≤ ${max}`,
        below !== undefined && `< ${below}`,
      ].filter(Boolean);
      return [NOUNS[field.type], bounds.join(' and ')].join(' ').trim();
    }
  }
}

/** Make what a spec names; nested specs are made first. */
export function fromSpec<T>(where: string, table: SpecTable<T>, spec: unknown): T {
  const { kind, ...options } = checkSpec(where, table, spec);
  const row = table[kind]!;
  const made = Object.entries(options).map(([name, value]) => {
    const field = (row.fields as Readonly<Record<string, Field>>)[name]!;
    return [name, field.type === 'spec' ? fromSpec(where, field.table, value) : value] as const;
  });
  return row.make(Object.fromEntries(made));
}

/**
 * A spec as one writes it on a command line: `name`, `name:option=value,option=value`, with dotted
 * names for nested options (`arnoldi:products=8,probe.kind=orthogonal,probe.samples=4`), or JSON.
 */
export function parseSpec(text: string): Spec {
  if (text.trim().startsWith('{')) return JSON.parse(text) as Spec;
  const [, kind = text, rest] = /^([^:]*):(.*)$/.exec(text) ?? [];
  if (!rest) return kind;
  const spec: Record<string, unknown> = { kind };
  for (const pair of rest.split(',')) {
    const [path = '', value = ''] = pair.split('=', 2);
    const keys = path.trim().split('.');
    const last = keys.pop()!;
    const at = keys.reduce<Record<string, unknown>>(
      (node, key) => (node[key] ??= {}) as Record<string, unknown>,
      spec,
    );
    at[last] = scalarOf(value.trim());
  }
  return spec as { kind: string };
}

function scalarOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
