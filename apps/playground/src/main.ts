import './style.css';
import { alarmLevel, type ScoreRanks } from '@iresnet/evaluation';
import { connect } from './connection';
import { takeDrawing } from './draw';
import { element, input, notice, select } from './elements';
import { showColumns, showFields, showLookFields, takeFields } from './fields';
import { download, savedWords } from './download';
import { offerDigits } from './offerDigits';
import { takeOwnData } from './own';
import { takeKeys } from './keys';
import { createMotion } from './motion';
import { createPace } from './pace';
import { createPanels } from './panels';
import { createPicture } from './picture';
import type { Begun, Frame, OwnFile, OwnRun, OwnTable, Point } from './protocol';
import { createQuestions } from './questions';
import { dataNames, formatHash, initialState, parseHash, STEPS, type State } from './state';
import { offerTakeAway } from './takeAway';
import { onRepaint } from './theme';
import { nameOf } from './view/path';
import { createVolume } from './volume';
import { createWalk } from './walk';

let state: State = parseHash(location.hash);
/** A table or a run of the visitor. */
let own: OwnTable | OwnFile | OwnRun | null = null;
/** The run whose rows are still missing. */
let rowless: OwnRun | null = null;
let begun: Begun | null = null;
let frame: Frame | null = null;
/** The scores of held-out rows. */
let usual: ScoreRanks | null = null;
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
  hear: {
    ready({ backend }) {
      document.documentElement.dataset['backend'] = backend;
    },
    failed({ message }) {
      pace.stop();
      notice(message, true);
    },
    begun: begin,
    frame: show,
    probed(answer) {
      questions.probed(answer);
    },
    inverted(answer) {
      panels.inverted(answer);
      // All that there is to say about a step has been said.
      if (questions.isLast(answer)) document.documentElement.dataset['explained'] = String(answer.step);
    },
    estimated: volume.show,
    walked(answer) {
      walk.show(answer);
    },
    digits({ answer }) {
      digits.heard(answer);
    },
    saved({ name, bytes }) {
      download(name, bytes);
      notice(savedWords(name));
    },
    missing({ file }) {
      rowless = own && 'files' in own ? own : null;
      notice(`${own?.title} learned from ${file}, which is not in its folder. Choose or drop that file too.`);
    },
    refused({ why }) {
      notice(why, true);
    },
  },
  lost(why) {
    pace.stop();
    notice(`The computation stopped (${why}). Press “Start again” to go on.`, true);
  },
});

const questions = createQuestions({
  send: connection.send,
  alarm: () => state.alarm,
  pinned: picture.pin,
  probed(probed, { shown }) {
    picture.mark(probed.stages, shown);
    const point: Point = [probed.point[shown[0]]!, probed.point[shown[1]]!];
    const method = volume.due();
    if (method) connection.send({ kind: 'estimate', point, method });
    walk.to(point);
  },
  explain(probed) {
    panels.probed(probed, state.alarm !== null);
  },
});
const walk = createWalk({
  ask(ends) {
    connection.send({ kind: 'walk', ends });
  },
  draw(walked) {
    picture.walked(walked);
  },
  changed() {
    questions.again();
  },
});
const pace = createPace({
  send: connection.send,
  played() {
    write({ at: null });
  },
});
const digits = offerDigits(connection);
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
  walk.reset();
  [frame, usual, rowless] = [null, null, null];
  const opened = isRun();
  for (const id of ['seed', 'blocks', 'width', 'coefficient']) input(id).disabled = opened;
  element('steps-text').textContent = opened ? 'steps' : `of ${STEPS} steps`;
  connection.start({ ...state, data: own ?? state.data }, pace.speed());
  pace.show(state.at === null && !opened, null);
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
  usual = next.usual ?? usual;
  picture.show(next);
  panels.show(next);
  showLook();
  document.documentElement.dataset['step'] = String(next.step);
  element('count').textContent = String(next.step);
  if (!next.playing && !isRun()) write({ at: next.step });
  pace.show(next.playing, next.ended);
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

function showState(): void {
  showFields(state, own?.title ?? null);
  showLook();
}

function setPath(place: number | null): void {
  write({ path: place });
  motion.set(place);
}

// The controls.

element('again').addEventListener('click', () => {
  rerun({});
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
takeDrawing(document.querySelector('#data-view .plane')!, (table, classes) => {
  own = table;
  rerun({ columns: initialState.columns, classes });
  showState();
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
offerTakeAway({
  ask(kind) {
    connection.send({ kind });
  },
  picture: () => picture.png(),
  title: () => own?.title ?? state.data,
  link() {
    write({ at: frame?.step ?? null });
    setPath(motion.place());
  },
  isOwn: () => own !== null,
});
onRepaint(() => {
  digits.recolour();
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
