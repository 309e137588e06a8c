import { IResNetError } from './errors';

/**
 * The JSON of a file, or of one of its lines.
 *
 * @param where - The file, for the message.
 * @throws IResNetError of kind `data` for anything else.
 */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IResNetError('data', where, `expected JSON, got ${(error as Error).message}`);
  }
}

/** A number for JSON, which knows no infinity and no NaN. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
