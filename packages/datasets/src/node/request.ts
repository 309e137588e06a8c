import { IResNetError } from '@iresnet/core';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Redirections that are followed at most, as in browsers. */
const MAX_REDIRECTS = 20;

/**
 * The answer to a GET after all redirections. They are followed here, because `fetch` would also
 * follow one from https to http.
 *
 * @throws IResNetError (data) for a redirection to http from https, to another protocol, to
 * nowhere, or without end.
 */
export async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetcher: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetcher(at, { headers, redirect: 'manual', ...(signal && { signal }) });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    const location = response.headers.get('location');
    const next = location !== null && URL.canParse(location, at) ? new URL(location, at) : undefined;
    if (!next) throw new IResNetError('data', url, `expected a redirection to a URL, got ${location}`);
    const isSafe = next.protocol === 'https:' || (next.protocol === 'http:' && at.protocol === 'http:');
    if (!isSafe) {
      throw new IResNetError(
        'data',
        url,
        `expected ${at.protocol.slice(0, -1)} to the end, got a redirection to ${next}`,
      );
    }
    at = next;
  }
  throw new IResNetError('data', url, `expected at most ${MAX_REDIRECTS} redirections, got more`);
}
