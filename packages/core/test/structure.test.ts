import { expect, test } from 'vitest';
import { checkStructure, jsonSchema, type FieldsOf, type SpecTable, type Structure } from '../src/internal';

const colours: SpecTable<string> = {
  red: { doc: 'Red.', fields: {}, make: () => 'red' },
  grey: {
    doc: 'Grey.',
    fields: { level: { type: 'number', min: 0, below: 1, doc: 'Its level.' } },
    make: ({ level }: { level: number }) => `grey ${level}`,
  },
};

interface Drawing {
  readonly size: readonly [number, number];
  readonly colour: unknown;
  readonly title?: string;
  readonly scale: number | null;
  readonly weights: readonly number[];
  readonly shape: { readonly kind: 'circle'; radius: number } | { readonly kind: 'none' };
}

const fields: FieldsOf<Drawing> = {
  size: { type: 'list', doc: 'Its size.', of: { type: 'count', min: 1, doc: 'Pixels.' }, min: 2, max: 2 },
  colour: { type: 'spec', table: colours, doc: 'Its colour.' },
  title: { type: 'choice', choices: ['left', 'right'], doc: 'Where it stands.', optional: true },
  scale: { type: 'number', above: 0, doc: 'Its scale.', nullable: true },
  weights: { type: 'numbers', above: 0, doc: 'Its weights.' },
  shape: {
    type: 'kinds',
    doc: 'What it shows.',
    kinds: { circle: { radius: { type: 'number', above: 0, default: 1, doc: 'Its radius.' } }, none: {} },
  },
};
const drawing: Structure = { type: 'object', doc: 'A drawing.', fields };
const good = { size: [3, 4], colour: 'red', scale: null, weights: [1], shape: { kind: 'circle' } };

test.each([
  good,
  { ...good, title: 'left', scale: 0.5, shape: { kind: 'circle', radius: 2 } },
  { ...good, colour: { kind: 'grey', level: 0 }, shape: { kind: 'none' } },
])('what fits passes: %j', (value) => {
  checkStructure('f', drawing, value);
});

test.each<[unknown, string]>([
  [null, 'f: configuration: expected an object, got nothing'],
  [[good], 'f: configuration: expected an object, got a list of 1'],
  [{ ...good, size: [3] }, 'f: size: expected a list of 2, got a list of 1'],
  [{ ...good, size: [3, 0.5] }, 'f: size.1: expected an integer ≥ 1, got 0.5'],
  [{ ...good, weights: [1, 0] }, 'f: weights: expected a list of numbers > 0, got a list of 2'],
  [{ ...good, scale: NaN }, 'f: scale: expected a number > 0 or null, got NaN'],
  [{ ...good, size: null }, 'f: size: expected a list of 2, got nothing'],
  [{ ...good, title: 'lft' }, "f: title: expected one of left, right, got 'lft' (did you mean 'left'?)"],
  [{ ...good, colour: 'gray' }, "f: colour: expected one of red, grey, got 'gray' (did you mean 'grey'?)"],
  [{ ...good, colour: 'grey' }, 'f: colour: expected grey with level, got none'],
  [{ ...good, titel: 'left' }, "f: configuration: unknown key 'titel' (did you mean 'title'?)"],
  [
    { ...good, shape: { kind: 'none', radius: 1 } },
    "f: shape: unknown key 'radius'; there is no other key beside kind",
  ],
  [{ ...good, shape: { kind: 'circel' } }, "circle, none, got 'circel' (did you mean 'circle'?)"],
  [{ ...good, shape: 3 }, 'f: shape: expected an object, got 3'],
  [
    { ...good, scale: undefined, size: [0, 1], x: 1 },
    "f: configuration: unknown key 'x'; the known ones are size, colour, title, scale, weights, shape; " +
      'size.0: expected an integer ≥ 1, got 0; scale: expected a number > 0 or null, got nothing',
  ],
])('what does not fit is named: %j', (value, message) => {
  expect(() => checkStructure('f', drawing, value)).toThrow(
    expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
  );
});

test('the name of the whole stands before the places', () => {
  const value = { ...good, size: [0, 1], x: 1 };
  expect(() => checkStructure('f', drawing, value, 'drawing')).toThrow(
    /^f: drawing: unknown key 'x'; .*; drawing\.size\.0: expected an integer ≥ 1, got 0$/,
  );
});

test('a JSON Schema by hand', () => {
  expect(jsonSchema(drawing)).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    description: 'A drawing.',
    type: 'object',
    properties: {
      size: {
        description: 'Its size.',
        type: 'array',
        items: { description: 'Pixels.', type: 'integer', minimum: 1 },
        minItems: 2,
        maxItems: 2,
      },
      colour: {
        description: 'Its colour.',
        anyOf: [
          { enum: ['red'] },
          {
            description: 'Red.',
            type: 'object',
            properties: { kind: { const: 'red' } },
            required: ['kind'],
            additionalProperties: false,
          },
          {
            description: 'Grey.',
            type: 'object',
            properties: {
              kind: { const: 'grey' },
              level: { description: 'Its level.', type: 'number', minimum: 0, exclusiveMaximum: 1 },
            },
            required: ['kind', 'level'],
            additionalProperties: false,
          },
        ],
      },
      title: { description: 'Where it stands.', enum: ['left', 'right'] },
      scale: {
        anyOf: [{ description: 'Its scale.', type: 'number', exclusiveMinimum: 0 }, { type: 'null' }],
      },
      weights: {
        description: 'Its weights.',
        type: 'array',
        items: { type: 'number', exclusiveMinimum: 0 },
      },
      shape: {
        description: 'What it shows.',
        anyOf: [
          {
            type: 'object',
            properties: {
              kind: { const: 'circle' },
              radius: { description: 'Its radius.', type: 'number', exclusiveMinimum: 0, default: 1 },
            },
            required: ['kind'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { kind: { const: 'none' } },
            required: ['kind'],
            additionalProperties: false,
          },
        ],
      },
    },
    required: ['size', 'colour', 'scale', 'weights', 'shape'],
    additionalProperties: false,
  });
});

test('a list of numbers, each within bounds', () => {
  const lengths: Structure = { type: 'numbers', above: 0, default: [1], doc: 'Lengths.' };
  expect(() => checkStructure('f', lengths, [1, 2.5])).not.toThrow();
  expect(() => checkStructure('f', lengths, [1, 0])).toThrow('a list of numbers > 0');
  expect(jsonSchema(lengths)).toMatchObject({
    type: 'array',
    items: { type: 'number', exclusiveMinimum: 0 },
    default: [1],
  });
});
