import { IResNetError } from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import {
  denseFlowDefaults,
  iResNetJsonSchema,
  iResNetPreset,
  iResNetPresetNames,
  parseIResNetConfig,
} from '../src';

type Json = Record<string, unknown>;

const hybrid = iResNetPreset('mnist-hybrid-small');
const dense = { kind: 'dense', flow: denseFlowDefaults(2), head: null };
const flow = (changes: Json): Json => ({ ...hybrid, flow: { ...hybrid.flow, ...changes } });
const denseWith = (changes: Json): Json => ({ ...dense, flow: { ...dense.flow, ...changes } });
const without = (object: object, key: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

const good: readonly (readonly [string, unknown])[] = [
  ...iResNetPresetNames.map((name) => [name, iResNetPreset(name)] as const),
  ['dense defaults, exact', dense],
  ['dense defaults, roulette', { ...dense, flow: denseFlowDefaults(20) }],
  ['no hidden layer', denseWith({ hidden: [] })],
  ['no coefficient', flow({ coefficient: null })],
  ['no head', { ...hybrid, head: null }],
  ['a momentum', { ...hybrid, head: { classes: 2, pool: 'average', momentum: 0.9 } }],
  ['standardized', denseWith({ standardize: { mean: [0, -1.5], deviation: [1, 1e-3] } })],
  ...[
    { kind: 'exact' },
    { kind: 'powerSeries', terms: 1, samples: 1 },
    { kind: 'russianRoulette', exactTerms: 0, samples: 2 },
    { kind: 'arnoldi', products: 4, samples: 1 },
  ].map((logDet) => [`log-determinant ${logDet.kind}`, flow({ logDet })] as const),
];

/** A bad value and what the message must say of it. */
const bad: readonly (readonly [string, unknown, string])[] = [
  ['nothing', null, 'configuration: expected object, got null'],
  ['a list', [], 'configuration: expected object, got []'],
  [
    'an unknown kind',
    { ...hybrid, kind: 'imge' },
    'kind: expected one of image, dense, got "imge" (did you mean \'image\'?)',
  ],
  ['no kind', without(hybrid, 'kind'), 'kind: expected one of image, dense, got nothing'],
  ['no flow', without(hybrid, 'flow'), 'flow: expected object, got nothing'],
  ['no head', without(hybrid, 'head'), 'head: expected object, got nothing'],
  ['an unknown key', { ...hybrid, haed: null }, "configuration: unknown key 'haed' (did you mean 'head'?)"],
  [
    'an unknown key inside',
    flow({ activaton: 'elu' }),
    "flow: unknown key 'activaton' (did you mean 'activation'?)",
  ],
  ['a key of the other kind', flow({ hidden: [1] }), "flow: unknown key 'hidden'"],
  ['an unknown activation', flow({ activation: 'lipswish' }), 'got "lipswish" (did you mean \'lipSwish\'?)'],
  ['a coefficient of 1', flow({ coefficient: 1 }), 'flow.coefficient: expected number to be <1, got 1'],
  ['a coefficient of 0', flow({ coefficient: 0 }), 'flow.coefficient: expected number to be >0, got 0'],
  ['two sizes', flow({ shape: [28, 28] }), 'flow.shape: expected array to have >=3 items, got [28,28]'],
  [
    'four sizes',
    flow({ shape: [28, 28, 1, 1] }),
    'flow.shape: expected array to have <=3 items, got [28,28,1,1]',
  ],
  ['no height', flow({ shape: [0, 28, 1] }), 'flow.shape.0: expected number to be >=1, got 0'],
  ['half a channel', flow({ shape: [28, 28, 1.5] }), 'flow.shape.2: expected int, got 1.5'],
  ['no scale', flow({ scales: [] }), 'flow.scales: expected array to have >=1 items, got []'],
  [
    'a scale without blocks',
    flow({ scales: [{ blocks: 0, channels: 1, squeeze: true }] }),
    'flow.scales.0.blocks: ',
  ],
  ['a word for a switch', flow({ actNorm: 'yes' }), 'flow.actNorm: expected boolean, got "yes"'],
  ['a negative padding', flow({ padding: -1 }), 'flow.padding: expected number to be >=0, got -1'],
  ['an unknown order', flow({ squeezeOrder: 'channelmajor' }), "(did you mean 'channel-major'?)"],
  [
    'an unknown prior',
    flow({ prior: 'normal' }),
    'flow.prior: expected one of standard, learned, got "normal"',
  ],
  [
    'an unknown log-determinant',
    flow({ logDet: { kind: 'arnoldy', products: 4, samples: 1 } }),
    'flow.logDet.kind: expected one of exact, powerSeries, russianRoulette, arnoldi, got "arnoldy" (did you mean \'arnoldi\'?)',
  ],
  [
    'terms for products',
    flow({ logDet: { kind: 'arnoldi', terms: 4, samples: 1 } }),
    "flow.logDet.products: expected number, got nothing; flow.logDet: unknown key 'terms'",
  ],
  [
    'one class',
    { ...hybrid, head: { classes: 1, pool: 'none' } },
    'head.classes: expected number to be >=2, got 1',
  ],
  ['a momentum above 1', { ...hybrid, head: { classes: 2, pool: 'none', momentum: 2 } }, 'head.momentum: '],
  ['an unknown pool', { ...hybrid, head: { classes: 2, pool: 'avrage' } }, "(did you mean 'average'?)"],
  [
    'a deviation of 0',
    denseWith({ standardize: { mean: [0], deviation: [0] } }),
    'flow.standardize.deviation.0: ',
  ],
  ['no dimension', denseWith({ dimension: 0 }), 'flow.dimension: expected number to be >=1, got 0'],
];

describe.each(good)('%s', (_, value) => {
  test('passes as it is, also through JSON, and by the JSON Schema', () => {
    expect(parseIResNetConfig(value)).toEqual(value);
    const json: unknown = JSON.parse(JSON.stringify(value));
    expect(parseIResNetConfig(json)).toEqual(value);
    expect(accepts(iResNetJsonSchema(), json)).toBe(true);
  });
});

describe.each(bad)('%s', (_, value, message) => {
  test('is refused with place and value, also by the JSON Schema', () => {
    expect(() => parseIResNetConfig(value, 'config.json')).toThrow(IResNetError);
    expect(() => parseIResNetConfig(value, 'config.json')).toThrow(
      expect.objectContaining({
        kind: 'argument',
        message: expect.stringContaining(message) as string,
        where: 'config.json',
      }),
    );
    expect(accepts(iResNetJsonSchema(), value)).toBe(false);
  });
});

test('all differences at once', () => {
  const value = {
    ...flow({ activaton: 'elu', padding: -1, coefficient: 2 }),
    head: { classes: 1, pool: 'none' },
  };
  expect.assertions(4);
  try {
    parseIResNetConfig(value);
  } catch (error) {
    for (const part of ['flow.padding', 'flow.coefficient', "unknown key 'activaton'", 'head.classes']) {
      expect((error as Error).message).toContain(part);
    }
  }
});

test('numbers that JSON lacks are refused by name', () => {
  expect(() => parseIResNetConfig(flow({ coefficient: NaN }))).toThrow(
    'flow.coefficient: expected number, got NaN',
  );
});

test('the JSON Schema says which draft it is', () => {
  expect(iResNetJsonSchema()['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
});

/** JSON Schema, draft 2020-12: the keywords that ours uses. One that is not known here fails. */
function accepts(schema: unknown, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema;
  const list = Array.isArray(value) ? (value as unknown[]) : undefined;
  const object = typeof value === 'object' && value !== null && !list ? (value as Json) : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const node = schema as Json;
  const prefix = (node['prefixItems'] ?? []) as unknown[];
  const properties = (node['properties'] ?? {}) as Json;
  const keywords: Record<string, (argument: never) => boolean> = {
    $schema: () => true,
    type: (type: string) =>
      type === 'integer'
        ? Number.isInteger(value)
        : type === (value === null ? 'null' : list ? 'array' : typeof value),
    const: (only: unknown) => value === only,
    enum: (some: unknown[]) => some.includes(value),
    minimum: (least: number) => number === undefined || number >= least,
    maximum: (most: number) => number === undefined || number <= most,
    exclusiveMinimum: (below: number) => number === undefined || number > below,
    exclusiveMaximum: (above: number) => number === undefined || number < above,
    minItems: (least: number) => !list || list.length >= least,
    maxItems: (most: number) => !list || list.length <= most,
    prefixItems: (items: unknown[]) =>
      !list || items.every((item, i) => i >= list.length || accepts(item, list[i])),
    items: (item: unknown) => !list || list.slice(prefix.length).every((each) => accepts(item, each)),
    properties: () =>
      !object ||
      Object.keys(properties).every((key) => !(key in object) || accepts(properties[key], object[key])),
    required: (keys: string[]) => !object || keys.every((key) => key in object),
    additionalProperties: (rest: unknown) =>
      !object || Object.keys(object).every((key) => key in properties || accepts(rest, object[key])),
    oneOf: (options: unknown[]) => options.filter((option) => accepts(option, value)).length === 1,
    anyOf: (options: unknown[]) => options.some((option) => accepts(option, value)),
  };
  return Object.entries(node).every(([keyword, argument]) => {
    const check = keywords[keyword];
    if (!check) throw new Error(`keyword ${keyword} is not known`);
    return check(argument as never);
  });
}
