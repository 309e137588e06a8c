import './style.css';
import { connect } from './connection';
import { element, fill, input, notice, select } from './elements';
import { download, takeOwnData } from './own';
import { createPanels } from './panels';
import { createPicture } from './picture';
import type { Begun, BlockProof, Frame, OwnTable, Probed, Speed } from './protocol';
import {
  dataNames,
  formatHash,
  initialState,
  parseHash,
  ranges,
  STEPS,
  type DataName,
  type State,
} from './state';
import { onThemeChange } from './theme';
import { nameOf } from './view/path';

const titles: Readonly<Partial<Record<DataName, string>>> = {
  '8gaussians': 'eight Gaussians',
  swissroll: 'Swiss roll',
  '2spirals': 'two spirals',
  faithful: 'Old Faithful (272 eruptions)',
  iris: 'iris (150 flowers, 4 columns)',
};
/** Milliseconds of the way from data to latent, and of the rest at each end. */
const [WAY, REST] = [5200, 1400];

let state: State = parseHash(location.hash);
let own: OwnTable | null = null;
let begun: Begun | null = null;
let frame: Frame | null = null;
let playing = false;
let speed: Speed = 'full';
/** The point that is probed, in deviations; and the answer to the last question about it. */
let pin: readonly [number, number] | null = null;
let probed: Probed | null = null;
let block = 0;
/** Whether the visitor chose the block; else it is the steepest. */
let blockChosen = false;
let request = 0;
let answered = true;

const picture = createPicture({
  chosen(point) {
    pin = point;
    ask();
  },
});
const panels = createPanels();
const connection = connect({
  message(message) {
    switch (message.kind) {
      case 'failed':
        playing = false;
        showRun();
        notice(message.message, true);
        break;
      case 'begun':
        begin(message);
        break;
      case 'frame':
        show(message);
        break;
      case 'probed':
        answered = true;
        probed = message;
        panels.probed(message);
        if (begun) picture.mark(message.stages, begun.shown);
        askInverse();
        if (message.request !== request) ask();
        break;
      case 'saved':
        download(message.name, message.bytes);
        notice(
          `${message.name} is saved. The command line opens it: iresnet score ${message.name} --data your.csv`,
        );
        break;
      case 'inverted':
        panels.inverted(message);
        // All that there is to say about a step has been said.
        document.documentElement.dataset['explained'] = String(message.step);
        break;
      case 'ready':
        document.documentElement.dataset['backend'] = message.backend;
    }
  },
  lost(why) {
    playing = false;
    showRun();
    notice(`The computation stopped (${why}). Press “Start again” to go on.`, true);
  },
});

function start(): void {
  notice(null);
  answered = true;
  [frame, probed] = [null, null];
  playing = state.at === null;
  connection.start({ ...state, data: own ?? state.data }, speed);
  showRun();
}

function begin(next: Begun): void {
  const fresh = next.parts.length === 0;
  begun = next;
  picture.begin(next);
  if (!fresh && frame) answered = true;
  panels.begin(next);
  if (fresh) pin = null;
  pin ??= [next.points[0]!, next.points[1]!];
  const blocks = next.parts.filter((part) => part.kind === 'block').length;
  fill(
    select('block'),
    Array.from({ length: blocks }, (_, k) => [String(k), `block ${k + 1}`]),
  );
  block = Math.min(block, Math.max(0, blocks - 1));
  select('block').value = String(block);
  const many = next.columns.length > 2;
  element('columns').hidden = !many;
  if (many) {
    const names = next.columns.map((name, k): [string, string] => [String(k), name]);
    fill(select('column-x'), names);
    fill(select('column-y'), names);
    select('column-x').value = String(next.shown[0]);
    select('column-y').value = String(next.shown[1]);
  }
  movePath(state.path ?? sweepPlace);
}

function show(next: Frame): void {
  frame = next;
  playing = next.playing;
  picture.show(next);
  panels.show(next);
  document.documentElement.dataset['step'] = String(next.step);
  element('count').textContent = String(next.step);
  if (next.ended !== null && next.ended !== 'steps' && next.ended !== 'patience')
    notice(
      'The loss became infinite, so the run ended at its last good weights. A smaller limit helps.',
      true,
    );
  if (!playing) write({ at: next.step });
  showRun();
  if (next.proofs) {
    if (!blockChosen) chooseSteepest(next.proofs);
    ask();
  }
  connection.send({ kind: 'drawn' });
}

/** Ask about the pinned point, unless an answer is still to come. */
function ask(): void {
  request += 1;
  if (!pin || !frame || !answered) return;
  answered = false;
  connection.send({ kind: 'probe', request, point: [pin[0], pin[1]] });
}

function chooseSteepest(proofs: readonly BlockProof[]): void {
  const slopes = proofs.map(({ slope }) => slope);
  block = Math.max(0, slopes.indexOf(Math.max(...slopes)));
  select('block').value = String(block);
}

function askInverse(): void {
  const part = begun?.parts.findIndex((known) => known.kind === 'block' && known.block === block) ?? -1;
  const after = probed?.stages[part + 1];
  if (part < 0 || !after) return;
  connection.send({ kind: 'invert', request, block, from: Float32Array.from(after) });
}

/** Change the state and its link. */
function write(change: Partial<State>): void {
  state = { ...state, ...change };
  const hash = formatHash(state);
  if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
}

/** Change what the run is made of, and begin it again. */
function rerun(change: Partial<State>): void {
  write({ ...change, at: null });
  start();
}

function showRun(): void {
  const ended = frame !== null && frame.ended !== null;
  element('play').textContent = playing ? 'Pause' : ended ? 'Finished' : 'Play';
  element<HTMLButtonElement>('play').disabled = ended;
  element<HTMLButtonElement>('step').disabled = ended;
}

function showState(): void {
  const options = dataNames.map((name): [string, string] => [name, titles[name] ?? name]);
  fill(select('data'), own ? [...options, ['own', own.title]] : options);
  select('data').value = own ? 'own' : state.data;
  input('seed').value = String(state.seed);
  input('blocks').value = String(state.blocks);
  input('width').value = String(state.width);
  input('coefficient').value = String(state.coefficient === null ? 100 : Math.round(state.coefficient * 100));
  showCoefficient();
}

function showCoefficient(): void {
  const value = Number(input('coefficient').value);
  element('coefficient-text').textContent = value >= 100 ? 'off' : (value / 100).toFixed(2);
}

const linkWords = (): string =>
  own
    ? 'The link is ready, but it does not hold your data: whoever opens it sees another set.'
    : 'The link is ready. It opens this very network, at this step.';

// The path.

const still = matchMedia('(prefers-reduced-motion: reduce)');
let sweepPlace = 0;
let sweepFrom: number | null = null;

function movePath(place: number): void {
  picture.move(place);
  input('path').value = String(place);
  const name = begun ? nameOf(begun.parts, place) : 'data';
  input('path').setAttribute('aria-valuetext', name);
  element('place').textContent = name;
}

function sweep(now: number): void {
  if (state.path !== null) return;
  sweepFrom ??= now;
  const time = (now - sweepFrom) % (2 * (WAY + REST));
  const along = time < WAY + REST ? time : 2 * (WAY + REST) - time;
  const share = Math.min(1, Math.max(0, (along - REST / 2) / WAY));
  sweepPlace = share * share * (3 - 2 * share);
  movePath(sweepPlace);
  requestAnimationFrame(sweep);
}

function showSweep(): void {
  const moving = state.path === null;
  element('sweep').textContent = moving ? '❚❚' : '▶';
  element('sweep').setAttribute('aria-label', moving ? 'Stop on the path' : 'Move along the path');
}

function setPath(place: number | null): void {
  write({ path: place });
  showSweep();
  if (place !== null) movePath(place);
  else {
    sweepFrom = null;
    requestAnimationFrame(sweep);
  }
}

// The controls.

element('play').addEventListener('click', () => {
  playing = !playing;
  if (playing) write({ at: null });
  connection.send({ kind: playing ? 'play' : 'pause' });
  showRun();
});
element('step').addEventListener('click', () => {
  connection.send({ kind: 'step' });
});
element('again').addEventListener('click', () => {
  rerun({});
});
select('speed').addEventListener('change', () => {
  const { value } = select('speed');
  speed = value === 'full' ? value : value === '20' ? 20 : 2;
  connection.send({ kind: 'speed', speed });
});
select('data').addEventListener('change', () => {
  const name = dataNames.find((known) => known === select('data').value);
  if (name) own = null;
  rerun({ ...(name && { data: name }), columns: initialState.columns });
  showState();
});
for (const field of ['seed', 'blocks', 'width'] as const) {
  input(field).addEventListener('change', () => {
    const [least, most] = ranges[field];
    const value = Math.round(Number(input(field).value)) || initialState[field];
    rerun({ [field]: Math.min(Math.max(value, least), most) });
    showState();
  });
}
input('coefficient').addEventListener('input', showCoefficient);
input('coefficient').addEventListener('change', () => {
  const value = Number(input('coefficient').value);
  rerun({ coefficient: value >= 100 ? null : value / 100 });
});
input('path').addEventListener('input', () => {
  setPath(Number(input('path').value));
});
element('sweep').addEventListener('click', () => {
  setPath(state.path === null ? Number(Number(input('path').value).toFixed(3)) : null);
});
input('samples').addEventListener('change', () => {
  picture.showSamples(input('samples').checked);
});
select('block').addEventListener('change', () => {
  block = Number(select('block').value);
  blockChosen = true;
  askInverse();
});
for (const [id, which] of [
  ['column-x', 0],
  ['column-y', 1],
] as const) {
  select(id).addEventListener('change', () => {
    const chosen = Number(select(id).value);
    const other = state.columns[1 - which]!;
    const pair: [number, number] = which === 0 ? [chosen, other] : [other, chosen];
    // The same column twice is a line: the two change places.
    const columns: [number, number] = pair[0] === pair[1] ? [state.columns[1], state.columns[0]] : pair;
    write({ columns });
    pin = null;
    connection.send({ kind: 'columns', columns });
  });
}
element('save').addEventListener('click', () => {
  connection.send({ kind: 'save' });
});
takeOwnData({
  table(table) {
    own = table;
    rerun({ columns: initialState.columns });
    showState();
  },
  refused(why) {
    notice(why, true);
  },
});
element('copy').addEventListener('click', () => {
  write({ at: frame?.step ?? null, path: Number(input('path').value) });
  showSweep();
  void navigator.clipboard?.writeText(location.href).then(
    () => {
      notice(linkWords());
    },
    () => {
      notice(`${linkWords()} It is in the address bar.`);
    },
  );
});
onThemeChange(() => {
  picture.recolour();
  panels.recolour();
});
addEventListener('hashchange', () => {
  if (formatHash(parseHash(location.hash)) === formatHash(state)) return;
  state = parseHash(location.hash);
  own = null;
  showState();
  showSweep();
  start();
});
addEventListener('keydown', (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.closest('input, select, button, a')) return;
  const step = 0.06 * (begun?.reach ?? 3);
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, step],
    ArrowDown: [0, -step],
  };
  const move = moves[event.key];
  if (event.key === ' ') element('play').click();
  else if (event.key === '.') element('step').click();
  else if (move && pin) {
    pin = [pin[0] + move[0], pin[1] + move[1]];
    ask();
  } else return;
  event.preventDefault();
});

document.querySelector('.clock .soft')!.textContent = `of ${STEPS} steps`;
write({});
showState();
if (still.matches && state.path === null) state = { ...state, path: 0 };
showSweep();
start();
if (state.path === null) requestAnimationFrame(sweep);
