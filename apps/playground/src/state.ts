import { toy2dNames, type Toy2dName } from '@iresnet/datasets';

/** The data sets that come with the page. */
export const dataNames = [...toy2dNames, 'faithful', 'iris'] as const;
export type DataName = Toy2dName | 'faithful' | 'iris';

/** The parts of the page that can stand alone, as in a page that embeds them. */
export const parts = ['data', 'path', 'latent', 'curve', 'limits', 'inverse', 'probe', 'volume'] as const;
/** What stands alone: a part, or the first three side by side. */
export const views = [...parts, 'planes'] as const;
export type View = (typeof views)[number];

/** Everything that decides what the page shows. A link holds it. */
export interface State {
  readonly data: DataName;
  /** Seed of everything random. */
  readonly seed: number;
  readonly blocks: number;
  /** Width of both hidden layers of a block. */
  readonly width: number;
  /** Largest norm of a layer; null where nothing limits it. */
  readonly coefficient: number | null;
  /** The step at which the run stands still; null while it goes on. */
  readonly at: number | null;
  /** Place on the path from the data (0) to the latent (1); null while it moves by itself. */
  readonly path: number | null;
  /** The columns that are shown. */
  readonly columns: readonly [number, number];
  /** Whether the network learns the classes of the data too, where it has some. */
  readonly classes: boolean;
  /** Temperature of the draws that are shown; null while none are. */
  readonly temperature: number | null;
  /** The share of false alarms at which a point counts as strange; null while none does. */
  readonly alarm: number | null;
  /** The only view that is shown; null for the whole page. */
  readonly view: View | null;
}

/** Optimizer steps of a run. */
export const STEPS = 2000;

/** Ranges of the numbers of a {@link State}. */
export const ranges = {
  seed: [1, 9999],
  blocks: [1, 12],
  width: [4, 64],
  coefficient: [0.3, 0.99],
  at: [1, STEPS],
  path: [0, 1],
  column: [0, 31],
  temperature: [0.1, 1.5],
  alarm: [0.005, 0.5],
} as const;

export const initialState: State = {
  data: 'moons',
  seed: 1,
  blocks: 6,
  width: 32,
  coefficient: 0.98,
  at: null,
  path: null,
  columns: [0, 1],
  classes: false,
  temperature: null,
  alarm: null,
  view: null,
};

/** The hash of a link: what differs from {@link initialState}, `#data=rings&c=0.7&at=300`. */
export function formatHash(state: State): string {
  const { data, seed, blocks, width, coefficient, at, path, columns, classes, temperature, alarm, view } =
    state;
  const fields = {
    data: data !== initialState.data && data,
    seed: seed !== initialState.seed && seed,
    blocks: blocks !== initialState.blocks && blocks,
    width: width !== initialState.width && width,
    c: coefficient !== initialState.coefficient && (coefficient ?? 'off'),
    at: at !== null && at,
    path: path !== null && Number(path.toFixed(3)),
    columns: columns.join() !== initialState.columns.join() && columns.join('-'),
    classes: classes && 1,
    t: temperature !== null && Number(temperature.toFixed(2)),
    alarm: alarm !== null && Number(alarm.toFixed(3)),
    view: view ?? false,
  };
  const written = Object.entries(fields).flatMap(([key, value]) =>
    value === false ? [] : [`${key}=${value}`],
  );
  return written.length > 0 ? `#${written.join('&')}` : '';
}

/**
 * The state of a link that anybody may have written: a number outside its range is moved into it,
 * and what is not understood counts as left out.
 */
export function parseHash(hash: string): State {
  const fields = new URLSearchParams(hash.slice(0, 500).replace(/^#/, ''));
  const number = (key: string, [least, most]: readonly [number, number], fallback: number): number => {
    const text = fields.get(key)?.trim() ?? '';
    const value = Number(text);
    return text === '' || Number.isNaN(value) ? fallback : Math.min(Math.max(value, least), most);
  };
  const whole = (key: string, range: readonly [number, number], fallback: number): number =>
    Math.round(number(key, range, fallback));
  const optional = (key: string, range: readonly [number, number]): number | null => {
    const value = number(key, range, NaN);
    return Number.isNaN(value) ? null : value;
  };
  const at = optional('at', ranges.at);
  const name = fields.get('data');
  const data = dataNames.find((known) => known === name) ?? initialState.data;
  return {
    data,
    seed: whole('seed', ranges.seed, initialState.seed),
    blocks: whole('blocks', ranges.blocks, initialState.blocks),
    width: whole('width', ranges.width, initialState.width),
    coefficient:
      fields.get('c') === 'off'
        ? null
        : Number(number('c', ranges.coefficient, initialState.coefficient!).toFixed(2)),
    at: at === null ? null : Math.round(at),
    path: optional('path', ranges.path),
    columns: parseColumns(fields.get('columns')),
    classes: fields.get('classes') === '1',
    temperature: rounded(optional('t', ranges.temperature), 2),
    alarm: rounded(optional('alarm', ranges.alarm), 3),
    view: views.find((known) => known === fields.get('view')) ?? null,
  };
}

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

function parseColumns(text: string | null): readonly [number, number] {
  const found = /^(\d{1,2})-(\d{1,2})$/.exec(text ?? '');
  if (!found) return initialState.columns;
  const [i, j] = [Number(found[1]), Number(found[2])];
  return i !== j && Math.max(i, j) <= ranges.column[1] ? [i, j] : initialState.columns;
}
