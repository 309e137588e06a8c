import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';

/**
 * The built page on a server of this machine, in a folder below its root as on a host of projects.
 */
export interface Site {
  readonly url: string;
  /** Bytes of the files that were asked for, compressed as static hosts do. */
  readonly served: Map<string, Uint8Array>;
  /** Paths that were asked for and are not there. */
  readonly missing: string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Build the page and serve it. */
export async function startSite(): Promise<Site> {
  const outDir = mkdtempSync(join(tmpdir(), 'playground-'));
  const root = join(import.meta.dirname, '../..');
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const served = new Map<string, Uint8Array>();
  const missing: string[] = [];
  const folder = '/projects/playground/';
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://127.0.0.1').pathname));
    const name = path === folder ? 'index.html' : path.slice(folder.length);
    const type = types[extname(name)] ?? 'application/octet-stream';
    const file = path.startsWith(folder) ? readFile(join(outDir, name)) : Promise.reject(new Error(path));
    file.then(
      (body) => {
        served.set(name, body);
        response.writeHead(200, { 'Content-Type': type }).end(body);
      },
      () => {
        missing.push(path);
        response.writeHead(404).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`,
    served,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(outDir, { recursive: true });
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
