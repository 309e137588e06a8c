import { download } from './download';
import { element, notice } from './elements';

/** What the buttons for files and for the link need of the page. */
interface TakeAwayEvents {
  /** Ask the worker for a model, a folder of a run, or a program. */
  readonly ask: (kind: 'save' | 'folder' | 'write') => void;
  readonly picture: () => Promise<Uint8Array>;
  /** Name of the data, for a file. */
  readonly title: () => string;
  /** Bring the address of the page up to date. */
  readonly link: () => void;
  /** Whether the data is the visitor's, so that a link does not hold it. */
  readonly isOwn: () => boolean;
}

/** Listen to the buttons by which a visitor takes something away: files, and the link. */
export function offerTakeAway({ ask, picture, title, link, isOwn }: TakeAwayEvents): void {
  for (const [id, kind] of [
    ['save', 'save'],
    ['folder', 'folder'],
    ['program', 'write'],
  ] as const)
    element(id).addEventListener('click', () => {
      ask(kind);
    });
  element('picture').addEventListener('click', () => {
    void picture().then((bytes) => {
      download(`${title()}.png`, bytes);
    });
  });
  element('copy').addEventListener('click', () => {
    link();
    const words = isOwn()
      ? 'The link is ready, but it does not hold your data: whoever opens it sees another set.'
      : 'The link is ready. It opens this very network, at this step.';
    void navigator.clipboard?.writeText(location.href).then(
      () => {
        notice(words);
      },
      () => {
        notice(`${words} It is in the address bar.`);
      },
    );
  });
}
