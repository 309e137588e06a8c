import { checkOptions } from '@iresnet/core/internal';
import { checkBytes } from '../checks';
import {
  besideName,
  ioError,
  machineFileSystem,
  parentOf,
  syncFolder,
  type FileSystem,
  type FileSystemOptions,
  type OpenFile,
} from './fileSystem';
import { sweepBeside } from './sweep';
import { targetOf } from './targetOf';

const WHERE = 'checkpoint.writeFileAtomic';

/** Bytes, or text that is written as UTF-8; whole, or in pieces as they come. */
export type FileContent = Piece | Iterable<Piece> | AsyncIterable<Piece>;
type Piece = Uint8Array | string;

/** Options of {@link writeFileAtomic}. */
export interface WriteFileOptions extends FileSystemOptions {
  /** Gives up between two pieces: the old content stays, and the reason is thrown. */
  readonly signal?: AbortSignal;
  /**
   * First remove what killed writers of this file left beside it, for one look at the folder.
   * Default true.
   */
  readonly sweep?: boolean;
}

/**
 * Write a file so that any reader, also after a crash at any moment, finds the old content or the
 * new one, never a part.
 *
 * It writes `NAME.tmp-<pid>-<random>` in the same folder, syncs it, renames it and syncs the
 * folder. On failure the temporary file is removed and the old content stays. A `SIGKILL` leaves
 * it; the next write of the same file removes it, or `sweep`. Only when the last step fails, the
 * new content is there but may not survive a power cut. On Windows the rename fails while another
 * process holds the file open.
 *
 * A link is followed, and the file behind it replaced, with its permissions. What is not a file (a
 * pipe, a terminal, a device such as `/dev/stdout`) stays what it is: the bytes are written to it
 * as they come.
 *
 * @param path - The file. Its folder must exist.
 * @param content - Bytes or text, or an iterable of them, which needs no more memory than a piece.
 * @throws IResNetError of kind `data` that names the path and the reason; of kind `argument` for
 * content that is neither; what the iterable throws, and the reason of `signal`.
 *
 * @example
 * ```ts
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { writeFileAtomic } from '@iresnet/checkpoint/node';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'report.json');
 * await writeFileAtomic(path, '{"bitsPerDim": 3.2}');
 * console.log(readFileSync(path, 'utf8'));
 * ```
 */
export async function writeFileAtomic(
  path: string,
  content: FileContent,
  options: WriteFileOptions = {},
): Promise<void> {
  checkOptions(WHERE, options, { fs: true, signal: true, sweep: true });
  const { fs = machineFileSystem, signal, sweep = true } = options;
  const pieces = piecesOf(content);
  const target = await attempt(path, () => targetOf(fs, path));
  if (target.kind === 'stream') {
    // The other end of a pipe may not be there yet, or stop reading.
    const writing = async (): Promise<void> => {
      const file = await attempt(path, () => fs.open(path, 'a'));
      await writeAll(file, path, pieces, signal, false);
    };
    return signal ? Promise.race([writing(), abortOf(signal)]) : writing();
  }
  if (sweep) await sweepBeside(fs, target.path);
  await replace(fs, path, target.path, (temporary) =>
    attempt(path, () => fs.open(temporary, 'wx', target.mode ?? 0o666)).then((file) =>
      writeAll(file, path, pieces, signal, true),
    ),
  );
  await attempt(path, () => syncFolder(fs, parentOf(target.path)), 'make durable');
}

/** Write a temporary file beside `target` and put it in its place. */
async function replace(
  fs: FileSystem,
  path: string,
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = besideName(target, 'tmp');
  try {
    await write(temporary);
    await attempt(path, () => fs.rename(temporary, target));
  } catch (error) {
    await fs.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** Write all pieces to an open file, wait for the device if it keeps them, and close it. */
async function writeAll(
  file: OpenFile,
  path: string,
  pieces: AsyncIterable<Piece> | Iterable<Piece>,
  signal: AbortSignal | undefined,
  durable: boolean,
): Promise<void> {
  try {
    for await (const piece of untilAborted(pieces, signal)) {
      const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
      checkBytes(WHERE, bytes);
      await attempt(path, () => file.writeFile(bytes));
    }
    if (durable) await attempt(path, () => file.sync());
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  await attempt(path, () => file.close());
}

function piecesOf(content: FileContent): AsyncIterable<Piece> | Iterable<Piece> {
  const single = typeof content === 'string' || content instanceof Uint8Array;
  if (single) return [content];
  const many = (content as Partial<AsyncIterable<Piece> & Iterable<Piece>> | null) ?? {};
  if (many[Symbol.asyncIterator] ?? many[Symbol.iterator]) return content;
  checkBytes(WHERE, content as never);
  return [];
}

/** The same pieces; an abort does not wait for the next one, which may never come. */
async function* untilAborted(
  pieces: AsyncIterable<Piece> | Iterable<Piece>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece> {
  if (!signal) {
    yield* pieces;
    return;
  }
  const iterator =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  const aborted = abortOf(signal);
  let done = false;
  try {
    for (;;) {
      const next = await Promise.race([Promise.resolve(iterator.next()), aborted]);
      if (next.done) break;
      yield next.value;
    }
    done = true;
  } finally {
    // Not waited for: after an abort it may never answer.
    if (!done) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** Rejects when a signal aborts. */
function abortOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => undefined); // no one may be waiting
  return aborted;
}

async function attempt<T>(path: string, call: () => Promise<T>, doing = 'write'): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw ioError(WHERE, doing, path, error);
  }
}
