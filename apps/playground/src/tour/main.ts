import '../style.css';
import { connect } from '../connection';
import { element, input, notice } from '../elements';
import { createMotion } from '../motion';
import { createPanels } from '../panels';
import { createPicture } from '../picture';
import type { Begun } from '../protocol';
import { createQuestions } from '../questions';
import { initialState, parseHash } from '../state';
import { onRepaint } from '../theme';
import { nameOf } from '../view/path';
import { written } from '../view/svg';
import { createFold } from './fold';

/** The network of all scenes: that of the link at the end. */
const setup = { ...parseHash(element<HTMLAnchorElement>('on').hash), path: null, alarm: null, view: null };

let begun: Begun | null = null;
/** Which of the points of the data is looked at. */
let looked = 0;
const picture = createPicture({
  chosen(point) {
    questions.look(point);
  },
});
const panels = createPanels();
createFold();

const connection = connect({
  hear: {
    begun(message) {
      begun = message;
      picture.begin(message);
      picture.look(true, null);
      panels.begin(message);
      questions.begin(message);
      motion.refresh();
    },
    frame(message) {
      picture.show(message);
      panels.show(message);
      element('count').textContent = String(message.step);
      if (message.proofs) questions.changed(message.proofs);
      connection.send({ kind: 'drawn' });
    },
    probed(answer) {
      questions.probed(answer);
    },
    inverted(answer) {
      panels.inverted(answer);
      if (questions.isLast(answer)) document.documentElement.dataset['explained'] = String(answer.step);
    },
    failed({ message }) {
      notice(message, true);
    },
  },
  lost(why) {
    notice(`The computation stopped (${why}). “Learn again” in scene 5 begins anew.`, true);
  },
});
const questions = createQuestions({
  send: connection.send,
  alarm: () => null,
  pinned: picture.pin,
  probed(probed, { shown }) {
    picture.mark(probed.stages, shown);
  },
  explain(probed) {
    panels.probed(probed, false);
  },
});
const motion = createMotion({
  moved(place) {
    picture.move(place);
    return begun ? nameOf(begun.parts, place) : 'data';
  },
  chosen: (place) => {
    motion.set(place);
  },
});

function start(): void {
  notice(null);
  questions.reset();
  connection.start(setup, 'full');
}

element('again').addEventListener('click', start);
element('another').addEventListener('click', () => {
  if (!begun) return;
  // A step that has no divisor with the number of points in common comes to all of them.
  looked = (looked + 97) % (begun.points.length / 2);
  questions.look([begun.points[2 * looked]!, begun.points[2 * looked + 1]!]);
});
input('temperature').addEventListener('input', () => {
  const temperature = Number(input('temperature').value);
  element('temperature-text').textContent = written(temperature, 2);
  connection.send({ kind: 'temperature', temperature });
});
onRepaint(() => {
  picture.recolour();
  panels.recolour();
});
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
motion.set(still ? 0.5 : initialState.path);
start();
