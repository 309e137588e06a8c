import '../style.css';
import { element } from '../elements';
import { onRepaint } from '../theme';
import { backends, tasks, type Backend, type Result, type Task } from './protocol';

/** Milliseconds without a result after which a backend is given up. */
const SILENCE = 120_000;

const titles: Readonly<Record<Task, string>> = {
  start: 'starts',
  train: 'a step of learning',
  score: '1000 densities',
  draw: '200 new points',
  invert: '200 there and back',
  prove: 'the proof',
};
const results = new Map<Backend, Map<Task, Result>>();

/** Try everything on one backend, in a worker of its own; a worker that hangs is ended. */
function tried(backend: Backend): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const found = new Map<Task, Result>();
    results.set(backend, found);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (why: string | null): void => {
      clearTimeout(timer);
      worker.terminate();
      const next = tasks[found.size];
      if (why !== null && next) found.set(next, { task: next, milliseconds: null, text: why });
      show();
      resolve();
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        end(`no answer within ${SILENCE / 1000} seconds`);
      }, SILENCE);
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Result>) => {
      found.set(data.task, data);
      show();
      const hopeless = data.milliseconds === null && (data.task === 'start' || data.task === 'train');
      if (hopeless || found.size === tasks.length) end(null);
      else wait();
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end(event.message || 'the worker stopped without a reason');
    });
    wait();
    worker.postMessage(backend);
  });
}

/** What a cell says: the time, and what came of it. */
function cellOf(backend: Backend, task: Task): { readonly words: string; readonly detail: string } {
  const found = results.get(backend);
  const result = found?.get(task);
  const failed = Array.from(found?.values() ?? []).some(({ milliseconds }) => milliseconds === null);
  if (!result) return { words: failed ? '–' : '…', detail: '' };
  const { milliseconds: ms, text, value } = result;
  if (ms === null) return { words: 'no', detail: text };
  const truth = results.get('cpu')?.get(task)?.value;
  const apart =
    value === undefined || truth === undefined || backend === 'cpu'
      ? ''
      : `; ${value === truth ? 'as on cpu' : `${Math.abs(value - truth).toExponential(0)} from cpu`}`;
  return { words: `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`, detail: text + apart };
}

function show(): void {
  const body = element('results');
  body.replaceChildren(
    ...backends.map((backend) => {
      const row = document.createElement('tr');
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = backend;
      row.append(
        head,
        ...tasks.map((task) => {
          const cell = document.createElement('td');
          const { words, detail } = cellOf(backend, task);
          const small = document.createElement('small');
          small.textContent = detail;
          cell.append(words, small);
          cell.classList.toggle('alarm', words === 'no');
          return cell;
        }),
      );
      return row;
    }),
  );
}

/** The table as text, for a report or a page of documents. */
function markdown(): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['backend', ...tasks.map((task) => titles[task])]),
    line(['---', ...tasks.map(() => '---:')]),
    ...backends.map((backend) =>
      line([
        backend,
        ...tasks.map((task) => {
          const { words, detail } = cellOf(backend, task);
          return detail ? `${words} (${detail.replaceAll('|', '/')})` : words;
        }),
      ]),
    ),
    '',
    navigator.userAgent,
  ].join('\n');
}

async function run(): Promise<void> {
  const button = element<HTMLButtonElement>('run');
  button.disabled = true;
  results.clear();
  show();
  for (const backend of backends) {
    element('state').textContent = `Trying ${backend} …`;
    await tried(backend);
  }
  element('state').textContent = 'Done. Times vary with what else this machine does.';
  button.disabled = false;
  document.documentElement.dataset['ready'] = 'true';
}

element('tasks').append(
  ...tasks.map((task) => {
    const head = document.createElement('th');
    head.scope = 'col';
    head.textContent = titles[task];
    return head;
  }),
);
element('browser').textContent = navigator.userAgent;
element('run').addEventListener('click', () => void run());
element('copy').addEventListener('click', () => {
  void navigator.clipboard?.writeText(markdown()).then(
    () => (element('state').textContent = 'The table is copied, as Markdown.'),
    () => (element('state').textContent = 'The browser does not let this page copy.'),
  );
});
onRepaint(() => undefined);
void run();
