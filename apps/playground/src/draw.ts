import { element } from './elements';
import type { OwnTable } from './protocol';
import { css, readColours } from './view/colours';

/** Half the side of the sheet that is drawn on. */
const REACH = 3;
/**
 * Points that each movement of the mouse leaves, how far around it, and points at least and at
 * most.
 */
const [SPRAY, RADIUS, LEAST, MOST] = [3, 0.16, 40, 4000];

/**
 * Let the visitor draw points in two colours on a sheet over a view; two colours are two classes.
 */
export function takeDrawing(home: HTMLElement, done: (table: OwnTable, classes: boolean) => void): void {
  const sheet = document.createElement('canvas');
  sheet.className = 'sheet';
  sheet.setAttribute('role', 'img');
  sheet.setAttribute('aria-label', 'A sheet to draw points on with the mouse or a finger');
  const context = sheet.getContext('2d')!;
  const tools = element('drawing');
  /** x, y and colour of each point. */
  let points: [number, number, number][] = [];
  let down = false;

  const colour = (): number => (tools.querySelector<HTMLInputElement>('#second')!.checked ? 1 : 0);
  const show = (): void => {
    const { classes, sheet: paper } = readColours();
    const size = Math.max(1, Math.round(sheet.clientWidth * devicePixelRatio));
    [sheet.width, sheet.height] = [size, size];
    context.fillStyle = css(paper);
    context.fillRect(0, 0, size, size);
    for (const [x, y, c] of points) {
      context.fillStyle = css(classes[c]!);
      context.beginPath();
      context.arc(((x / REACH + 1) / 2) * size, ((1 - y / REACH) / 2) * size, 2.2 * devicePixelRatio, 0, 7);
      context.fill();
    }
    const left = LEAST - points.length;
    element('drawing-text').textContent =
      left > 0 ? `Draw on the sheet: ${left} points more.` : `${points.length} points.`;
    element<HTMLButtonElement>('learn').disabled = left > 0;
  };
  /** Points around the pointer, spread evenly by the golden angle. */
  const spray = (event: PointerEvent): void => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / height];
    for (let k = 0; k < SPRAY && points.length < MOST; k++) {
      const i = points.length;
      const far = RADIUS * Math.sqrt((i * 0.754877666) % 1);
      const [u, v] = [far * Math.cos(2.399963 * i), far * Math.sin(2.399963 * i)];
      points.push([REACH * (2 * x - 1) + u, REACH * (1 - 2 * y) + v, colour()]);
    }
    show();
  };
  const end = (): void => {
    tools.hidden = true;
    sheet.remove();
  };
  sheet.addEventListener('pointerdown', (event) => {
    down = true;
    sheet.setPointerCapture(event.pointerId);
    spray(event);
  });
  sheet.addEventListener('pointermove', (event) => {
    if (down) spray(event);
  });
  for (const kind of ['pointerup', 'pointercancel'] as const)
    sheet.addEventListener(kind, () => (down = false));
  element('draw').addEventListener('click', () => {
    points = [];
    tools.hidden = false;
    home.append(sheet);
    show();
    home.scrollIntoView({ block: 'center' });
  });
  element('clear').addEventListener('click', () => {
    points = [];
    show();
  });
  element('cancel').addEventListener('click', end);
  element('learn').addEventListener('click', () => {
    end();
    const classes = new Set(points.map(([, , c]) => c)).size > 1;
    const names = ['first', 'second'];
    const rows = points.map(([x, y, c]) =>
      [x.toFixed(4), y.toFixed(4), ...(classes ? [names[c]] : [])].join(),
    );
    const text = [`x,y${classes ? ',colour' : ''}`, ...rows].join('\n');
    done({ title: 'drawing', text, ...(classes && { label: 'colour' }) }, classes);
  });
}
