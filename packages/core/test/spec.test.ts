import { expect, test } from 'vitest';
import { checkSpec, domainOf, fromSpec, parseSpec, type SpecTable } from '../src/internal';

const colours: SpecTable<string> = {
  red: { doc: 'Red.', fields: {}, make: () => 'red' },
  grey: {
    doc: 'Grey.',
    fields: { level: { type: 'number', min: 0, below: 1, default: 0.5, doc: 'Its level.' } },
    make: ({ level }: { level: number }) => `grey ${level}`,
  },
};
const shapes: SpecTable<string> = {
  polygon: {
    doc: 'A polygon.',
    fields: {
      corners: { type: 'count', min: 3, limit: 1000, doc: 'How many.' },
      colour: { type: 'spec', table: colours, default: 'red', doc: 'Of what colour.' },
      filled: { type: 'flag', default: false, doc: 'Whether it is filled.' },
      sides: { type: 'numbers', above: 0, default: [1, 2], doc: 'Their lengths.' },
      line: { type: 'choice', choices: ['solid', 'dotted'], default: 'solid', doc: 'How it is drawn.' },
    },
    make: ({ corners, colour, filled, line, sides }) => [corners, colour, filled, line, ...sides].join(),
  },
};

test('defaults are filled in, nested specs too', () => {
  expect(checkSpec('f', shapes, { kind: 'polygon', corners: 4, colour: 'grey' })).toEqual({
    kind: 'polygon',
    corners: 4,
    colour: { kind: 'grey', level: 0.5 },
    filled: false,
    sides: [1, 2],
    line: 'solid',
  });
  expect(fromSpec('f', shapes, { kind: 'polygon', corners: 3 })).toBe('3,red,false,solid,1,2');
  expect(fromSpec('f', colours, 'grey')).toBe('grey 0.5');
});

test.each([
  ['poligon', "f: expected one of polygon, got 'poligon' (did you mean 'polygon'?)"],
  [undefined, 'f: expected one of polygon, got an object with the keys '],
  [{ kind: 'polygon' }, 'f: expected polygon with corners, got none'],
  [{ kind: 'polygon', corners: 2 }, 'f: expected corners as an integer ≥ 3, got 2'],
  [{ kind: 'polygon', corners: 1001 }, 'f: expected corners as an integer ≤ 1000, got 1001'],
  [{ kind: 'polygon', corners: 3.5 }, 'got 3.5'],
  [{ kind: 'polygon', corner: 3 }, "got 'corner' (did you mean 'corners'?)"],
  [
    { kind: 'polygon', corners: 3, sides: [1, 0] },
    'f: expected sides as a list of numbers > 0, got a list of 2',
  ],
  [{ kind: 'polygon', corners: 3, sides: 1 }, 'f: expected sides as a list of numbers > 0, got 1'],
  [{ kind: 'polygon', corners: 3, filled: 1 }, 'f: expected filled as true or false, got 1'],
  [
    { kind: 'polygon', corners: 3, line: 'doted' },
    "f: expected line as one of solid, dotted, got 'doted' (did you mean 'dotted'?)",
  ],
  [
    { kind: 'polygon', corners: 3, colour: { kind: 'grey', level: 1 } },
    'f, colour: expected level as a number ≥ 0 and < 1, got 1',
  ],
])('what does not fit is named: %j', (spec, message) => {
  expect(() => checkSpec('f', shapes, spec)).toThrow(
    spec === undefined ? /^f: expected one of polygon/ : message,
  );
});

test('the text of a command line', () => {
  expect(parseSpec('exact')).toBe('exact');
  expect(parseSpec('polygon:corners=5,colour.kind=grey,colour.level=0.25,filled=true')).toEqual({
    kind: 'polygon',
    corners: 5,
    colour: { kind: 'grey', level: 0.25 },
    filled: true,
  });
  expect(parseSpec('{"kind":"polygon","corners":3}')).toEqual({ kind: 'polygon', corners: 3 });
});

test('the values of a field in words', () => {
  expect(domainOf({ type: 'number', above: 0, max: 2, doc: '' })).toBe('a number > 0 and ≤ 2');
  expect(domainOf({ type: 'count', min: 1, doc: '' })).toBe('an integer ≥ 1');
});
