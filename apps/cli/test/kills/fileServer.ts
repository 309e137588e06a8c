import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of one file on this machine. */
export interface FileServer {
  readonly url: string;
  readonly sha256: string;
  close(): void;
}

const content = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 251);
const PIECE = 20_000;

/** Serve a file in pieces over a tenth of a second, from any byte on. */
export async function serveFile(): Promise<FileServer> {
  const server = createServer((request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const part =
      from === undefined ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(from === undefined ? 200 : 206, {
      etag: '"1"',
      'content-length': content.length - start,
      ...part,
    });
    void (async () => {
      for (let at = start; at < content.length && !response.destroyed; at += PIECE) {
        response.write(content.subarray(at, at + PIECE));
        await sleep(5);
      }
      response.end();
    })();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/file.bin`,
    sha256: createHash('sha256').update(content).digest('hex'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
