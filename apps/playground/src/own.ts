import { element } from './elements';
import type { OwnFile, OwnRun, OwnTable } from './protocol';
import { belongs } from './runPaths';

/** Bytes of a table at most: 20,000 rows of 32 columns have fewer. And of all files of a run. */
const [MOST_BYTES, MOST_OF_RUN] = [20_000_000, 64_000_000];

/** What becomes of data of the visitor. */
interface OwnDataEvents {
  readonly table: (table: OwnTable | OwnFile) => void;
  /** A run folder of the command line, or of this page. */
  readonly run: (run: OwnRun) => void;
  readonly refused: (why: string) => void;
}

/** A file and where it lies. */
interface Found {
  readonly path: string;
  readonly file: File;
}

/**
 * Take tables and run folders as files that are chosen or dropped, and tables as text that is
 * pasted. They stay in the page.
 */
export function takeOwnData({ table, run, refused }: OwnDataEvents): void {
  const [chooser, folder] = [element<HTMLInputElement>('file'), element<HTMLInputElement>('folder-file')];
  const read = async (file: File): Promise<void> => {
    const title = file.name.replace(/\.\w+$/, '');
    const zip = file.name.toLowerCase().endsWith('.zip');
    if (file.size > (zip ? MOST_OF_RUN : MOST_BYTES))
      refused(`${file.name} is larger than ${zip ? 64 : 20} MB.${zip ? '' : ' Take some of its rows.'}`);
    else if (zip) run({ title, files: { 'run.zip': await bytesOf(file) } });
    else if (/\.(parquet|arrow|feather)$/i.test(file.name)) table({ title, bytes: await bytesOf(file) });
    else table({ title, text: await file.text() });
  };
  const readFolder = async (all: readonly Found[]): Promise<void> => {
    const title = all[0]?.path.split('/')[0] ?? 'The folder';
    const wanted = all.filter(({ path }) => belongs(path));
    if (wanted.reduce((sum, { file }) => sum + file.size, 0) > MOST_OF_RUN) {
      refused(`${title} is larger than 64 MB.`);
      return;
    }
    const files = await Promise.all(
      wanted.map(async ({ path, file }) => [path, await bytesOf(file)] as const),
    );
    run({ title, files: Object.fromEntries(files) });
  };
  const attempt = (name: string, work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      refused(`${name} could not be read: ${(error as Error).message}`);
    });
  for (const [button, input] of [
    ['open', chooser],
    ['open-run', folder],
  ] as const)
    element(button).addEventListener('click', () => {
      input.click();
    });
  chooser.addEventListener('change', () => {
    const file = chooser.files?.[0];
    if (file) void attempt(file.name, read(file)).then(() => (chooser.value = ''));
  });
  folder.addEventListener('change', () => {
    const all = Array.from(folder.files ?? [], (file) => ({ path: file.webkitRelativePath, file }));
    void attempt('The folder', readFolder(all)).then(() => (folder.value = ''));
  });
  addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    const entry = event.dataTransfer?.items[0]?.webkitGetAsEntry();
    const file = event.dataTransfer?.files[0];
    if (entry?.isDirectory) void attempt(entry.name, filesIn(entry).then(readFolder));
    else if (file) void attempt(file.name, read(file));
  });
  addEventListener('paste', (event) => {
    if (event.target instanceof HTMLElement && event.target.closest('input, select')) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (/\d[^\n]*\n.*\d/s.test(text)) table({ title: 'pasted', text });
    else if (text !== '')
      refused('What was pasted is not a table: it needs a line for each row, with numbers.');
  });
}

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** The files of a folder that is dropped, two folders deep: a run has no more. */
async function filesIn(entry: FileSystemEntry, path = entry.name, depth = 2): Promise<Found[]> {
  if (entry.isFile)
    return new Promise((resolve, reject) => {
      (entry as FileSystemFileEntry).file((file) => {
        resolve([{ path, file }]);
      }, reject);
    });
  if (depth === 0) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) break;
    all.push(...some);
  }
  return (await Promise.all(all.map((each) => filesIn(each, `${path}/${each.name}`, depth - 1)))).flat();
}
