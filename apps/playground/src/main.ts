import './style.css';
import { alarmLevel, type ScoreRanks } from '@iresnet/evaluation';
import { connect } from './connection';
import type { DigitsCorner } from './digits';
import { takeDrawing } from './draw';
import { element, input, notice, select } from './elements';
import { showColumns, showFields, showLookFields, takeFields } from './fields';
import { download, savedWords } from './download';
import { takeOwnData } from './own';
import { takeKeys } from './keys';
import { createMotion } from './motion';
import { createPanels } from './panels';
import { createPicture } from './picture';
import type { Begun, Frame, OwnFile, OwnRun, OwnTable, Point, Speed } from './protocol';
import { createQuestions } from './questions';
import { dataNames, formatHash, initialState, parseHash, STEPS, type State } from './state';
import { onThemeChange } from './theme';
import { nameOf } from './view/path';
import { written } from './view/svg';
import { createVolume } from './volume';

let state: State = parseHash(location.hash);
/** A table or a run of the visitor. */
let own: OwnTable | OwnFile | OwnRun | null = null;
/** The run whose rows are still missing. */
let rowless: OwnRun | null = null;
let begun: Begun | null = null;
let frame: Frame | null = null;
let playing = false;
let speed: Speed = 'full';
/** Where the way between two points begins. */
let walkFrom: Point | null = null;
/** The scores of held-out rows. */
let usual: ScoreRanks | null = null;
let digits: DigitsCorner | null = null;
const picture = createPicture({
  chosen(point) {
    questions.look(point);
  },
});
const panels = createPanels();
const volume = createVolume(() => {
  questions.again();
});
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
        questions.probed(message);
        break;
      case 'estimated':
        volume.show(message);
        break;
      case 'walked':
        picture.walked(message);
        element('walk-text').textContent =
          `The straight line (dashed) goes down to ln p = ${written(message.straight.least, 1)}, ` +
          `the way through the latent space to ${written(message.latent.least, 1)}.`;
        break;
      case 'digits':
        digits?.heard(message.answer);
        break;
      case 'saved':
        download(message.name, message.bytes);
        notice(savedWords(message.name));
        break;
      case 'missing':
        rowless = own && 'files' in own ? own : null;
        notice(
          `${own?.title} learned from ${message.file}, which is not in its folder. Choose or drop that file too.`,
        );
        break;
      case 'refused':
        notice(message.why, true);
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

const questions = createQuestions({
  send: connection.send,
  alarm: () => state.alarm,
  probed(probed, { shown }) {
    panels.probed(probed, state.alarm !== null);
    picture.mark(probed.stages, shown);
    const point: Point = [probed.point[shown[0]]!, probed.point[shown[1]]!];
    const method = volume.due();
    if (method) connection.send({ kind: 'estimate', point, method });
    if (!input('walk').checked) return;
    walkFrom ??= point;
    connection.send({ kind: 'walk', ends: [walkFrom, point] });
  },
});
const motion = createMotion({
  moved(place) {
    picture.move(place);
    return begun ? nameOf(begun.parts, place) : 'data';
  },
  chosen: setPath,
});

function start(): void {
  notice(null);
  questions.reset();
  [frame, walkFrom, usual, rowless] = [null, null, null, null];
  const opened = isRun();
  playing = state.at === null && !opened;
  for (const id of ['seed', 'blocks', 'width', 'coefficient']) input(id).disabled = opened;
  element('steps-text').textContent = opened ? 'steps' : `of ${STEPS} steps`;
  connection.start({ ...state, data: own ?? state.data }, speed);
  showRun();
}

/** Whether a run is shown that was trained elsewhere. */
const isRun = (): boolean => own !== null && 'files' in own;

function begin(next: Begun): void {
  begun = next;
  picture.begin(next);
  panels.begin(next);
  questions.begin(next);
  element('classes-field').hidden = !next.hasClasses || isRun();
  showColumns(next.columns, next.shown);
  motion.refresh();
}

function show(next: Frame): void {
  frame = next;
  playing = next.playing;
  usual = next.usual ?? usual;
  picture.show(next);
  panels.show(next);
  showLook();
  document.documentElement.dataset['step'] = String(next.step);
  element('count').textContent = String(next.step);
  if (next.ended !== null && next.ended !== 'steps' && next.ended !== 'patience')
    notice(
      'The loss became infinite, so the run ended at its last good weights. A smaller limit helps.',
      true,
    );
  if (!playing && !isRun()) write({ at: next.step });
  showRun();
  if (next.proofs) questions.changed(next.proofs);
  connection.send({ kind: 'drawn' });
}

/** What is drawn over the data, and what is said of it. */
function showLook(): void {
  const { alarm, temperature } = state;
  showLookFields(state);
  picture.look(temperature !== null, alarm === null || !usual ? null : alarmLevel(usual, alarm));
}

/** Change the state and its link. */
function write(change: Partial<State>): void {
  state = { ...state, ...change };
  const hash = formatHash(state);
  if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
}

/** Show a run that was trained elsewhere. */
function openRun(run: OwnRun): void {
  own = run;
  write({ at: null, columns: initialState.columns });
  start();
  showState();
}

/**
 * Change what the run is made of, and begin it again. A network that was trained elsewhere is put
 * away.
 */
function rerun(change: Partial<State>): void {
  if (isRun()) {
    own = null;
    showState();
  }
  write({ ...change, at: null });
  start();
}

function showRun(): void {
  const ended = frame !== null && frame.ended !== null;
  element('play').textContent = playing ? 'Pause' : ended ? 'Finished' : 'Play';
  element<HTMLButtonElement>('play').disabled = ended;
  element<HTMLButtonElement>('step').disabled = ended;
}

const linkWords = (): string =>
  own
    ? 'The link is ready, but it does not hold your data: whoever opens it sees another set.'
    : 'The link is ready. It opens this very network, at this step.';

function showState(): void {
  showFields(state, own?.title ?? null);
  showLook();
}

function setPath(place: number | null): void {
  write({ path: place });
  motion.set(place);
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
takeFields(() => state, {
  run(change) {
    rerun(change);
    showState();
  },
  temperature(temperature) {
    write({ temperature });
    showLook();
    connection.send({ kind: 'temperature', temperature });
  },
  alarm(alarm) {
    write({ alarm });
    showLook();
    questions.again();
  },
  columns(columns) {
    write({ columns });
    questions.forget();
    connection.send({ kind: 'columns', columns });
  },
});
input('walk').addEventListener('change', () => {
  walkFrom = null;
  picture.walked(null);
  element('walk-text').textContent = input('walk').checked ? 'Point to where the way shall end.' : '';
  questions.again();
});
takeDrawing(document.querySelector('#data-view .plane')!, (table, classes) => {
  own = table;
  rerun({ columns: initialState.columns, classes });
  showState();
});
for (const kind of ['save', 'folder'] as const)
  element(kind).addEventListener('click', () => {
    connection.send({ kind });
  });
takeOwnData({
  table(table) {
    if (rowless) {
      openRun({ ...rowless, rows: 'text' in table ? table.text : table.bytes });
      return;
    }
    own = table;
    rerun({ columns: initialState.columns });
    showState();
  },
  run: openRun,
  refused(why) {
    notice(why, true);
  },
});
element('program').addEventListener('click', () => {
  connection.send({ kind: 'write' });
});
element('picture').addEventListener('click', () => {
  void picture.png().then((bytes) => {
    download(`${own?.title ?? state.data}.png`, bytes);
  });
});
element('copy').addEventListener('click', () => {
  write({ at: frame?.step ?? null });
  setPath(motion.place());
  void navigator.clipboard?.writeText(location.href).then(
    () => {
      notice(linkWords());
    },
    () => {
      notice(`${linkWords()} It is in the address bar.`);
    },
  );
});
element('load-digits').addEventListener('click', () => {
  element<HTMLButtonElement>('load-digits').disabled = true;
  void import('./digits').then(({ createDigits }) => {
    element('load-digits').hidden = true;
    digits = createDigits(connection);
    connection.send({ kind: 'digits', question: { what: 'open' } });
  });
});
onThemeChange(() => {
  digits?.recolour();
  picture.recolour();
  panels.recolour();
});
addEventListener('hashchange', () => {
  if (formatHash(parseHash(location.hash)) === formatHash(state)) return;
  state = parseHash(location.hash);
  own = null;
  showState();
  motion.set(state.path);
  start();
});
takeKeys(questions.move);

write({});
showState();
if (matchMedia('(prefers-reduced-motion: reduce)').matches) state = { ...state, path: state.path ?? 0 };
motion.set(state.path);
start();
