/** One tensor as the header of a safetensors file states it, not yet checked against the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The content of a header. `metadata` has no prototype, so every key is safe. */
export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The most axes that NumPy allows. The limit keeps a hostile shape from growing. */
const MAX_RANK = 64;

/**
 * Parse the JSON header of a safetensors file.
 *
 * It accepts exactly this grammar, which `JSON.parse` does not: it refuses a duplicate key
 * (`JSON.parse` keeps the last), reads integers without rounding, allows no nesting, and its errors
 * name the place.
 *
 * @param text - The header.
 * @param maxTensors - More tensors than this are refused before they cost memory.
 * @param fail - Throws; `at` is an index into `text`.
 */
export function parseHeader(
  text: string,
  maxTensors: number,
  fail: (at: number, what: string) => never,
): Header {
  let at = 0;

  function peek(): string | undefined {
    while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++;
    return text[at];
  }
  function unexpected(expected: string): never {
    return fail(
      at,
      `expected ${expected}, got ${at < text.length ? quote(text[at]!) : 'the end of the header'}`,
    );
  }
  function take(mark: string): void {
    if (peek() !== mark) unexpected(`'${mark}'`);
    at++;
  }
  function list(open: string, close: string, item: () => void): void {
    take(open);
    if (peek() === close) {
      at++;
      return;
    }
    item();
    while (peek() === ',') {
      at++;
      item();
    }
    take(close);
  }
  function object(member: (key: string) => void): void {
    const seen = new Set<string>();
    list('{', '}', () => {
      peek();
      const start = at;
      const key = string();
      if (seen.has(key)) fail(start, `duplicate key ${quote(key)}`);
      seen.add(key);
      take(':');
      member(key);
    });
  }
  function string(): string {
    if (peek() !== '"') unexpected('a string');
    const start = at++;
    let escaped = false;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (!(code >= 0x20)) unexpected('a character of a string'); // NaN at the end of the text
      if (code === 0x5c) {
        escaped = true;
        at++;
      }
    }
    at++;
    if (!escaped) return text.slice(start + 1, at - 1);
    const value = unescape(text.slice(start, at));
    return value ?? fail(start, 'expected valid escapes and whole code points in a string');
  }
  function integer(): number {
    peek();
    const start = at;
    while (text[at]! >= '0' && text[at]! <= '9') at++;
    const digits = text.slice(start, Math.min(at, start + 20));
    const value = Number(digits);
    const next = text[at] ?? '';
    if (digits === '' || '.eE'.includes(next || ' ')) return unexpected('a non-negative integer');
    if (digits.length > 1 && digits.startsWith('0'))
      return fail(start, 'expected an integer without leading zeros');
    if (!Number.isSafeInteger(value)) return fail(start, `expected an integer below 2^53, got ${digits}`);
    return value;
  }
  function integers(): number[] {
    const values: number[] = [];
    list('[', ']', () => {
      if (values.length === MAX_RANK) fail(at, `expected at most ${MAX_RANK} numbers`);
      values.push(integer());
    });
    return values;
  }
  function entry(name: string): HeaderEntry {
    const start = at;
    let dtype: string | undefined;
    let shape: number[] | undefined;
    let offsets: number[] | undefined;
    object((key) => {
      if (key === 'dtype') dtype = string();
      else if (key === 'shape') shape = integers();
      else if (key === 'data_offsets') offsets = integers();
      else fail(at, `tensor ${quote(name)}: expected dtype, shape or data_offsets, got ${quote(key)}`);
    });
    if (dtype === undefined || shape === undefined || offsets === undefined) {
      return fail(start, `tensor ${quote(name)}: expected dtype, shape and data_offsets`);
    }
    if (offsets.length !== 2) {
      return fail(start, `tensor ${quote(name)}: expected 2 data_offsets, got ${offsets.length}`);
    }
    return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! };
  }

  const entries: HeaderEntry[] = [];
  const metadata = Object.create(null) as Record<string, string>;
  object((key) => {
    if (key === '__metadata__') {
      object((name) => {
        metadata[name] = string();
      });
      return;
    }
    if (entries.length === maxTensors) fail(at, `expected at most ${maxTensors} tensors`);
    entries.push(entry(key));
  });
  if (peek() !== undefined) unexpected('only blanks after the header');
  return { entries, metadata };
}

/** A name for a message: escaped, and cut off when it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Whether a string has no lone surrogate, so that UTF-8 can hold it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function unescape(literal: string): string | undefined {
  try {
    const value = JSON.parse(literal) as string;
    return isWellFormed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
