import { element, fill, input, select } from './elements';
import {
  dataNames,
  formatHash,
  initialState,
  parts,
  ranges,
  type DataName,
  type State,
  type View,
} from './state';
import { written } from './view/svg';

const titles: Readonly<Partial<Record<DataName, string>>> = {
  '8gaussians': 'eight Gaussians',
  swissroll: 'Swiss roll',
  '2spirals': 'two spirals',
  faithful: 'Old Faithful (272 eruptions)',
  iris: 'iris (150 flowers)',
};

/** What the visitor changes by the fields of the page. */
interface FieldEvents {
  /** What the run is made of. */
  readonly run: (
    change: Partial<Pick<State, 'seed' | 'blocks' | 'width' | 'coefficient' | 'classes'>>,
  ) => void;
  /** Of the draws; null where none are shown. */
  readonly temperature: (temperature: number | null) => void;
  /** The share of false alarms; null where nothing is strange. */
  readonly alarm: (alarm: number | null) => void;
  readonly columns: (columns: readonly [number, number]) => void;
}

/** Listen to the fields. `state` gives the state that they show. */
export function takeFields(state: () => State, { run, temperature, alarm, columns }: FieldEvents): void {
  for (const field of ['seed', 'blocks', 'width'] as const) {
    input(field).addEventListener('change', () => {
      const [least, most] = ranges[field];
      const value = Math.round(Number(input(field).value)) || initialState[field];
      run({ [field]: Math.min(Math.max(value, least), most) });
    });
  }
  input('coefficient').addEventListener('input', showCoefficient);
  input('coefficient').addEventListener('change', () => {
    const value = Number(input('coefficient').value);
    run({ coefficient: value >= 100 ? null : value / 100 });
  });
  input('classes').addEventListener('change', () => {
    run({ classes: input('classes').checked });
  });
  for (const id of ['samples', 'temperature'] as const) {
    input(id).addEventListener(id === 'samples' ? 'change' : 'input', () => {
      temperature(input('samples').checked ? Number(input('temperature').value) : null);
    });
  }
  for (const id of ['alarm', 'alarm-rate'] as const) {
    input(id).addEventListener('input', () => {
      const rate = Number((10 ** Number(input('alarm-rate').value)).toFixed(3));
      alarm(input('alarm').checked ? rate : null);
    });
  }
  for (const [id, which] of [
    ['column-x', 0],
    ['column-y', 1],
  ] as const) {
    select(id).addEventListener('change', () => {
      const chosen = Number(select(id).value);
      const now = state().columns;
      const pair: [number, number] = which === 0 ? [chosen, now[1]] : [now[0], chosen];
      // The same column twice is a line: the two change places.
      columns(pair[0] === pair[1] ? [now[1], now[0]] : pair);
    });
  }
}

/** Show a state in the fields; `own` is the title of what the visitor brought. */
export function showFields(state: State, own: string | null): void {
  showView(state);
  const options = dataNames.map((name): [string, string] => [name, titles[name] ?? name]);
  fill(select('data'), own === null ? options : [...options, ['own', own]]);
  select('data').value = own === null ? state.data : 'own';
  input('seed').value = String(state.seed);
  input('blocks').value = String(state.blocks);
  input('width').value = String(state.width);
  input('coefficient').value = String(state.coefficient === null ? 100 : Math.round(state.coefficient * 100));
  input('classes').checked = state.classes;
  showCoefficient();
}

/** Show which draws are shown, and what is strange. */
export function showLookFields({ alarm, temperature }: State): void {
  input('samples').checked = temperature !== null;
  input('alarm').checked = alarm !== null;
  element('temperature-field').hidden = temperature === null;
  element('alarm-field').hidden = alarm === null;
  if (temperature !== null) input('temperature').value = String(temperature);
  if (alarm !== null) input('alarm-rate').value = String(Math.log10(alarm));
  element('temperature-text').textContent = written(temperature ?? 1, 2);
  element('alarm-text').textContent = `${Number((100 * (alarm ?? 0.05)).toPrecision(2))} %`;
}

/** Show the lists of columns, where there are more than two to choose from. */
export function showColumns(columns: readonly string[], shown: readonly [number, number]): void {
  element('columns').hidden = columns.length <= 2;
  if (columns.length <= 2) return;
  const names = columns.map((name, k): [string, string] => [String(k), name]);
  (['column-x', 'column-y'] as const).forEach((id, which) => {
    fill(select(id), names);
    select(id).value = String(shown[which as 0 | 1]);
  });
}

/** Show the whole page, or one view and a link to the page. */
function showView(state: State): void {
  const { view } = state;
  document.documentElement.dataset['view'] = view ?? 'all';
  const shown: readonly View[] = view === null ? parts : view === 'planes' ? parts.slice(0, 3) : [view];
  for (const part of parts) element(`${part}-view`).hidden = !shown.includes(part);
  element('whole').hidden = view === null;
  element<HTMLAnchorElement>('whole').href = formatHash({ ...state, view: null }) || '#';
}

function showCoefficient(): void {
  const value = Number(input('coefficient').value);
  element('coefficient-text').textContent = value >= 100 ? 'off' : (value / 100).toFixed(2);
}
