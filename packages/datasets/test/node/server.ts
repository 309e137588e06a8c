import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of this machine that follows a script. */
export interface Server {
  readonly url: string;
  /** The headers of the requests so far. */
  readonly requests: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Answer the n-th request with the n-th answer, and all further ones with the last. */
export async function serve(...answers: Answer[]): Promise<Server> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    answers[Math.min(requests.length, answers.length) - 1]!(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** How a file is served. */
export interface Serving {
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Break the connection after that many bytes of this answer. */
  readonly cut?: number;
  /** Answer a request for a part with this status, whatever the validator. */
  readonly range?: 'ignored' | 'blindly';
}

/** What the client of the running test has told of its progress. */
export const received = { bytes: 0 };

/** Serve a file as RFC 9110 wants: a part when its validator is still the same, else the whole. */
export function file(content: Uint8Array, serving: Serving = {}): Answer {
  const { etag, headers = {}, cut, range } = serving;
  return (request, response) => {
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const isSame =
      range === 'blindly' || [etag, headers['last-modified']].includes(request.headers['if-range'] as string);
    const start = wanted && isSame && range !== 'ignored' ? Number(wanted[1]) : 0;
    const body = content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
      ...(etag !== undefined && { etag }),
      ...headers,
    });
    if (cut === undefined) response.end(body);
    else {
      // Not before the other side has told of the bytes, for it may lose what it has not read; it
      // never tells of encoded ones.
      response.write(body.subarray(0, cut));
      const latest = Date.now() + 2000;
      const timer = setInterval(() => {
        if (received.bytes < start + cut && Date.now() < latest) return;
        clearInterval(timer);
        response.destroy();
      }, 10);
    }
  };
}

/** Answer with a status and headers, and no body. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, { ...headers, 'content-length': 0 });
    response.end();
  };
}
