import type { OwnTable } from './protocol';

/** Bytes of a file at most: a table of 20,000 rows and 32 columns has fewer. */
const MOST_BYTES = 20_000_000;

/** What becomes of data of the visitor. */
interface OwnDataEvents {
  readonly table: (table: OwnTable) => void;
  readonly refused: (why: string) => void;
}

/** Take tables as files that are chosen or dropped, and as text that is pasted. They stay in the page. */
export function takeOwnData({ table, refused }: OwnDataEvents): void {
  const chooser = document.getElementById('file') as HTMLInputElement;
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      refused(`${file.name} is larger than 20 MB. Take some of its rows.`);
      return;
    }
    try {
      table({ title: file.name.replace(/\.\w+$/, ''), text: await file.text() });
    } catch (error) {
      refused(`${file.name} could not be read: ${(error as Error).message}`);
    }
  };
  document.getElementById('open')!.addEventListener('click', () => {
    chooser.click();
  });
  chooser.addEventListener('change', () => {
    void read(chooser.files?.[0]).then(() => (chooser.value = ''));
  });
  addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    void read(event.dataTransfer?.files[0]);
  });
  addEventListener('paste', (event) => {
    if (event.target instanceof HTMLElement && event.target.closest('input, select')) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (/\d[^\n]*\n.*\d/s.test(text)) table({ title: 'pasted', text });
    else if (text !== '')
      refused('What was pasted is not a table: it needs a line for each row, with numbers.');
  });
}

/** Give the visitor a file. */
export function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}
