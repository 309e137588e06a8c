import type { Connection } from './connection';
import { element, input } from './elements';
import type { DigitsAnswer } from './digitsProtocol';
import { css, mix, readColours } from './view/colours';
import { written } from './view/svg';

const SIDE = 8;
/** The darkest level of a pixel. */
const INK = 16;

/** The corner of the digits; `heard` gives it what the worker answers. */
export interface DigitsCorner {
  heard(answer: DigitsAnswer): void;
  recolour(): void;
}

/** Show the digits and let the visitor change them. */
export function createDigits(connection: Connection): DigitsCorner {
  const home = element('digits-room');
  const editor = home.querySelector<HTMLCanvasElement>('#pixels')!;
  let pixels: number[] = new Array<number>(SIDE * SIDE).fill(0);
  let kept: readonly number[] | null = null;
  let examples: readonly (readonly number[])[] = [];
  let usual: readonly number[] = [];
  let last: Extract<DigitsAnswer, { what: 'judged' }> | null = null;
  let way: readonly (readonly number[])[] = [];
  let [next, seed] = [0, 0];
  /**
   * Whether an answer is still to come, and whether the digit has changed since it was asked for.
   */
  let [waiting, stale] = [false, false];
  let cursor = 27;
  let down: number | null = null;

  const paint = (
    canvas: HTMLCanvasElement,
    values: readonly number[],
    scale: (x: number) => number,
  ): void => {
    const { sheet, ink } = readColours();
    const context = canvas.getContext('2d')!;
    [canvas.width, canvas.height] = [SIDE, SIDE];
    values.forEach((value, i) => {
      context.fillStyle = css(mix(sheet, ink, Math.min(1, Math.max(0, scale(value)))));
      context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
    });
  };
  const level = (value: number): number => value / INK;
  const ask = (): void => {
    stale = true;
    if (waiting) return;
    [waiting, stale] = [true, false];
    connection.send({ kind: 'digits', question: { what: 'judge', pixels } });
  };
  const draw = (): void => {
    paint(editor, pixels, level);
    const { accent } = readColours();
    if (document.activeElement === editor) {
      const context = editor.getContext('2d')!;
      context.fillStyle = css(accent, 0.55);
      context.fillRect(cursor % SIDE, Math.floor(cursor / SIDE), 1, 1);
    }
    if (last) {
      paint(home.querySelector('#latent-pixels')!, last.latent, (z) => 0.5 + z / 6);
      paint(home.querySelector('#back-pixels')!, last.back, level);
    }
    const strip = home.querySelector('#way')!;
    strip.replaceChildren(
      ...way.map((values) => {
        const canvas = document.createElement('canvas');
        paint(canvas, values, level);
        return canvas;
      }),
    );
  };
  const set = (values: readonly number[]): void => {
    pixels = [...values];
    draw();
    ask();
  };
  const put = (at: number, value: number): void => {
    if (pixels[at] === value) return;
    pixels[at] = value;
    draw();
    ask();
  };
  const placeOf = (event: PointerEvent): number => {
    const { left, top, width, height } = editor.getBoundingClientRect();
    const within = (share: number): number => Math.min(SIDE - 1, Math.max(0, Math.floor(SIDE * share)));
    return SIDE * within((event.clientY - top) / height) + within((event.clientX - left) / width);
  };

  editor.addEventListener('pointerdown', (event) => {
    editor.setPointerCapture(event.pointerId);
    cursor = placeOf(event);
    // A stroke that begins on ink takes ink away.
    down = pixels[cursor]! > INK / 2 ? 0 : INK;
    put(cursor, down);
  });
  editor.addEventListener('pointermove', (event) => {
    if (down !== null) put(placeOf(event), down);
  });
  for (const kind of ['pointerup', 'pointercancel'] as const)
    editor.addEventListener(kind, () => (down = null));
  editor.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -SIDE,
      ArrowDown: SIDE,
    };
    const step = steps[event.key];
    if (event.key === ' ') put(cursor, pixels[cursor]! > INK / 2 ? 0 : INK);
    else if (step !== undefined) cursor = (cursor + step + SIDE * SIDE) % (SIDE * SIDE);
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
  });
  for (const kind of ['focus', 'blur'] as const) editor.addEventListener(kind, draw);

  const classes = home.querySelector('#draw-digit')!;
  classes.append(
    ...Array.from({ length: 10 }, (_, digit) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = String(digit);
      button.setAttribute('aria-label', `Draw a ${digit}`);
      button.addEventListener('click', () => {
        const temperature = Number(input('digit-temperature').value);
        connection.send({ kind: 'digits', question: { what: 'draw', digit, seed: ++seed, temperature } });
      });
      return button;
    }),
  );
  element('real').addEventListener('click', () => {
    set(examples[next++ % examples.length]!);
  });
  element('empty').addEventListener('click', () => {
    set(new Array<number>(SIDE * SIDE).fill(0));
  });
  element('keep').addEventListener('click', () => {
    kept = [...pixels];
    element('way-text').textContent = 'It is kept. Take another digit, and the way to it appears.';
  });

  const say = ({ bits, probabilities, error, evaluations }: NonNullable<typeof last>): void => {
    const less = usual.filter((b) => b >= bits).length;
    element('bits').textContent =
      `${written(bits, 2)} bits per pixel. ` +
      (less === 0
        ? `None of ${usual.length} real digits costs so many: this is hardly a digit.`
        : `Of ${usual.length} real digits ${less} cost as many or more.`);
    const rows = probabilities.map((p, digit) => {
      const row = document.createElement('tr');
      const [name, bar, number] = ['th', 'td', 'td'].map((tag) => document.createElement(tag)) as [
        HTMLElement,
        HTMLElement,
        HTMLElement,
      ];
      name.textContent = String(digit);
      const meter = document.createElement('i');
      meter.style.width = `${100 * p}%`;
      bar.append(meter);
      number.textContent = written(p, 2);
      row.append(name, bar, number);
      return row;
    });
    home.querySelector('#digit-classes')!.replaceChildren(...rows);
    element('back-text').textContent =
      `To the latent space and back, with ${written(evaluations, 0)} evaluations a block: ` +
      `no pixel is off by more than ${error.toExponential(0).replace('-', '−')} of its range.`;
  };

  const waits = (on: boolean): void => {
    home.querySelectorAll('button').forEach((button) => {
      button.disabled = on;
    });
  };
  waits(true);
  home.hidden = false;
  element('bits').textContent = 'The network of digits is being loaded …';
  draw();
  return {
    heard(answer) {
      switch (answer.what) {
        case 'opened':
          ({ examples, usual } = answer);
          waits(false);
          set(examples[next++]!);
          break;
        case 'judged':
          waiting = false;
          last = answer;
          say(answer);
          draw();
          home.dataset['judged'] = String(Number(home.dataset['judged'] ?? 0) + 1);
          if (stale) ask();
          else if (kept)
            connection.send({ kind: 'digits', question: { what: 'way', from: kept, to: pixels } });
          break;
        case 'drawn':
          set(answer.pixels);
          break;
        case 'went':
          way = answer.way;
          element('way-text').textContent = 'Each step of the way is a digit of its own.';
          draw();
      }
    },
    recolour: draw,
  };
}
