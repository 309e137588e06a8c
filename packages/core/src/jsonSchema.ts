import type { Field, SpecTable } from './spec';
import { mayBeAbsent, type Structure } from './structure';

/** A node of a JSON Schema. */
type Json = Record<string, unknown>;

/**
 * The JSON Schema (draft 2020-12) of a structure, for editors and other languages. It accepts what
 * `checkStructure` accepts.
 */
export function jsonSchema(structure: Structure): Json {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...nodeOf(structure) };
}

function nodeOf(structure: Structure): Json {
  const node = { description: structure.doc, ...bodyOf(structure) };
  return structure.nullable ? { anyOf: [node, { type: 'null' }] } : node;
}

function bodyOf(structure: Structure): Json {
  switch (structure.type) {
    case 'object':
      return objectNode(structure.fields);
    case 'list':
      return {
        type: 'array',
        items: nodeOf(structure.of),
        ...(structure.min !== undefined && { minItems: structure.min }),
        ...(structure.max !== undefined && { maxItems: structure.max }),
      };
    case 'kinds':
      return {
        anyOf: Object.entries(structure.kinds).map(([kind, fields]) => objectNode(fields, kind)),
      };
    default:
      return fieldNode(structure);
  }
}

function fieldNode(field: Field): Json {
  const start = field.default === undefined ? {} : { default: field.default };
  switch (field.type) {
    case 'flag':
      return { type: 'boolean', ...start };
    case 'text':
      return { type: 'string', minLength: 1, ...start };
    case 'choice':
      return { enum: [...field.choices], ...start };
    case 'spec':
      return { ...specNode(field.table), ...start };
    case 'numbers': {
      const { default: _, ...each } = field;
      return { type: 'array', items: fieldNode({ ...each, type: 'number' }), ...start };
    }
    default: {
      const { min, above, below } = field as Extract<Field, { type: 'number' }>;
      const max = field.type === 'count' ? (field.max ?? field.limit) : field.max;
      return {
        type: field.type === 'count' ? 'integer' : 'number',
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
        ...(above !== undefined && { exclusiveMinimum: above }),
        ...(below !== undefined && { exclusiveMaximum: below }),
        ...start,
      };
    }
  }
}

/** A bare name where no option is required, and an object of each row. */
function specNode(table: SpecTable<unknown>): Json {
  const rows = Object.entries(table) as [string, { doc: string; fields: Readonly<Record<string, Field>> }][];
  const bare = rows.filter(([, { fields }]) => Object.values(fields).every(mayBeAbsent));
  return {
    anyOf: [
      ...(bare.length > 0 ? [{ enum: bare.map(([name]) => name) }] : []),
      ...rows.map(([name, { doc, fields }]) => ({ description: doc, ...objectNode(fields, name) })),
    ],
  };
}

function objectNode(fields: Readonly<Record<string, Structure>>, kind?: string): Json {
  const required = Object.entries(fields)
    .filter(([, field]) => !mayBeAbsent(field))
    .map(([name]) => name);
  return {
    type: 'object',
    properties: {
      ...(kind !== undefined && { kind: { const: kind } }),
      ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, nodeOf(field)])),
    },
    required: [...(kind === undefined ? [] : ['kind']), ...required],
    additionalProperties: false,
  };
}
