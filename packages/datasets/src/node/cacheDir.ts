import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';

/**
 * The folder where downloaded data sets are kept: `$IRESNET_CACHE`, else `$XDG_CACHE_HOME/iresnet`,
 * else `~/.cache/iresnet`.
 *
 * An empty variable counts as absent, and so does a relative `XDG_CACHE_HOME`, as its specification
 * wants. The folder is not made.
 *
 * @param env - The variables; those of the process by default.
 * @throws IResNetError (data) when neither variable is set and the user has no home folder.
 *
 * @example
 * ```ts
 * import { cacheDir } from '@iresnet/datasets/node';
 *
 * console.log(cacheDir({ IRESNET_CACHE: '/data/iresnet' })); // /data/iresnet
 * console.log(cacheDir({ XDG_CACHE_HOME: '/var/cache' })); // /var/cache/iresnet
 * ```
 */
export function cacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { IRESNET_CACHE: own, XDG_CACHE_HOME: shared } = env;
  if (own) return resolve(own);
  if (shared && isAbsolute(shared)) return join(shared, 'iresnet');
  return join(home(), '.cache', 'iresnet');
}

function home(): string {
  let path = '';
  let cause: unknown;
  try {
    path = homedir();
  } catch (error) {
    cause = error;
  }
  if (path !== '') return path;
  throw new IResNetError(
    'data',
    'datasets.cacheDir',
    'expected IRESNET_CACHE, XDG_CACHE_HOME or a home folder, found none: set IRESNET_CACHE to a folder',
    {},
    { cause },
  );
}
