import { IResNetError } from '@iresnet/core';

/** What the header of an npy file says. */
export interface NpyHeader {
  /** Kind and bytes of a value, such as `f4`. */
  readonly type: string;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** `'key': value` with the blanks and the comma around it. The format knows these three values. */
const ENTRY = /\s*'(\w+)'\s*:\s*(?:'([^']*)'|(True|False)|\(([\dL,\s]*)\))\s*(,|(?=\s*\}))/y;

/**
 * Read the Python literal of an npy header: a dict of exactly `descr`, `fortran_order` and `shape`,
 * in any order.
 *
 * @param start - Where the text stands in the file, for errors.
 * @throws IResNetError (data) naming `where` and the byte.
 */
export function parseNpyHeader(text: string, start: number, where: string): NpyHeader {
  const fail = (what: string): never => {
    throw new IResNetError('data', where, `byte ${start}, npy header: ${what}`);
  };
  const shown = JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text.trim());
  const malformed = (): never => fail(`expected {'descr': …, 'fortran_order': …, 'shape': …}, got ${shown}`);

  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  if (text[0] !== '{') malformed();
  if (/'descr'\s*:\s*\[/.test(text)) fail('expected numbers, got records');
  let at = 1;
  for (;;) {
    ENTRY.lastIndex = at;
    const match = ENTRY.exec(text);
    if (!match) break;
    const [whole, key, string, boolean, tuple] = match;
    at += whole.length;
    if (key === 'descr' && string !== undefined && descr === undefined) descr = string;
    else if (key === 'fortran_order' && boolean && fortranOrder === undefined)
      fortranOrder = boolean === 'True';
    else if (key === 'shape' && tuple !== undefined && shape === undefined)
      shape = sizes(tuple) ?? malformed();
    else malformed();
  }
  // After the brace there is only padding.
  if (!/^\s*\}\s*$/.test(text.slice(at))) malformed();
  if (descr === undefined || fortranOrder === undefined || shape === undefined) return malformed();

  if (/^[<>|=]?[mM]8/.test(descr))
    fail(`expected numbers, got dates or times ('${descr}'): save them as float64`);
  const parts = /^([<>|=]?)([A-Za-z?]\d*)$/.exec(descr) ?? fail(`expected a type, got '${descr}'`);
  return { type: parts[2]!, bigEndian: parts[1] === '>', fortranOrder, shape };
}

/** `3, 4` or `3,` or nothing; Python 2 wrote `3L`. Undefined for anything else. */
function sizes(tuple: string): number[] | undefined {
  const text = tuple.trim();
  if (text === '') return [];
  if (!/^\d+L?\s*,(\s*\d+L?\s*,)*(\s*\d+L?)?$/.test(text)) return undefined;
  const found = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Number.parseInt(part, 10));
  return found.length <= 32 && found.every(Number.isSafeInteger) ? found : undefined;
}
