import { IResNetError, type ErrorKind } from '@iresnet/core';

/** More levels than any configuration has. A cycle reaches it at once. */
const MAX_DEPTH = 64;

/**
 * A plain JSON copy of `value` with sorted keys, so that equal configurations have equal text.
 *
 * `JSON.stringify` alone turns NaN into null and drops functions. Here a value that JSON cannot
 * give back is an error.
 */
function plain(value: unknown, path: string, depth: number, fail: (what: string) => never): unknown {
  if (depth > MAX_DEPTH) return fail(`expected at most ${MAX_DEPTH} levels and no cycle`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    return value;
  }
  if (Array.isArray(value)) return value.map((item, i) => plain(item, `${path}[${i}]`, depth + 1, fail));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) {
    const members = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    if (Object.hasOwn(value, '__proto__')) return fail(`expected no key __proto__ in ${path}`);
    return Object.fromEntries(
      members.map(([key, item]) => [key, plain(item, `${path}.${key}`, depth + 1, fail)]),
    );
  }
  return fail(
    `expected JSON at ${path.slice(0, 200)}, got ${typeof value === 'object' ? 'another object' : String(value)}`,
  );
}

function failure(kind: ErrorKind, where: string): (what: string) => never {
  return (what) => {
    throw new IResNetError(kind, where, what);
  };
}

/**
 * A configuration → JSON text with sorted keys. Throws kind `argument` for a value that JSON cannot
 * hold.
 */
export function configText(config: object, where: string, indent?: number): string {
  return JSON.stringify(plain(config, 'config', 0, failure('argument', where)), null, indent);
}

/** JSON text → a plain object. Throws kind `data`. */
export function parseConfig(text: string, where: string): Record<string, unknown> {
  const fail = failure('data', where);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`expected JSON, got ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('expected a JSON object');
  return plain(value, 'config', 0, fail) as Record<string, unknown>;
}
