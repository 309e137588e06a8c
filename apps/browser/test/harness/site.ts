import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { dirname, extname, join, normalize } from 'node:path';
import { inject } from 'vitest';
import { bundle } from './bundle';

/** A server of pages on this machine. */
export interface Site {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array | string;
}

/**
 * Where programs lie, and the packages that they get: published ones. Those of the tests take parts
 * from the tests of packages, and so their sources.
 */
const homes = [
  { home: join(import.meta.dirname, '../../src'), published: inject('published') },
  { home: join(import.meta.dirname, '../programs') },
];
const wasm = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.js'),
);
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const emptyPage = '<!doctype html><title>tests</title><script>load = (file) => import(file)</script>';

/** Runs what its hash asks for, and sends back what came of it. */
const reportingPage = `<!doctype html><title>tests</title><script type="module">
  const { file, exported, argument, report } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  let answer;
  try {
    answer = { value: await (await import(file))[exported](argument) };
  } catch (error) {
    answer = { error: String(error) };
  }
  await fetch('/report/' + report, { method: 'POST', body: JSON.stringify(answer) });
</script>`;

/**
 * Serve a page at `/` and everywhere in `/page/`, in which `load` imports a program; each program
 * `src/NAME.ts`, with the packages as they are published, or `test/programs/NAME.ts` as `/NAME.js`;
 * the binaries of the wasm backend in `/wasm/`, and each folder under its name. The page `/reports`
 * sends what its program returns to `onReport`.
 *
 * @param isolated - Send the headers (COOP and COEP) with which a page may use threads.
 */
export async function startSite(
  folders: Readonly<Record<string, string>> = {},
  {
    isolated = false,
    onReport,
  }: { readonly isolated?: boolean; readonly onReport?: (name: string, text: string) => void } = {},
): Promise<Site> {
  const bundles = new Map<string, Promise<Uint8Array>>();
  const answerTo = async (path: string): Promise<Answer> => {
    if (path === '/' || path.startsWith('/page/')) return { status: 200, type: 'text/html', body: emptyPage };
    if (path === '/reports') return { status: 200, type: 'text/html', body: reportingPage };
    const body = await contents(path);
    const type = types[extname(path)] ?? 'application/octet-stream';
    return body === null ? { status: 404, type: 'text/plain', body: '' } : { status: 200, type, body };
  };
  const contents = async (path: string): Promise<Uint8Array | null> => {
    const [, name = '', ...rest] = path.split('/');
    const programs = homes.map((of) => ({ ...of, file: join(of.home, `${name.slice(0, -3)}.ts`) }));
    const program = programs.find(({ file }) => existsSync(file));
    if (rest.length === 0 && name.endsWith('.js') && program) {
      if (!bundles.has(name)) bundles.set(name, bundle(program.file, program.published));
      return bundles.get(name)!;
    }
    const folder = name === 'wasm' ? wasm : folders[name];
    return folder === undefined ? null : readFile(join(folder, ...rest)).catch(() => null);
  };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://127.0.0.1').pathname));
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (request.method === 'POST') {
      void text(request).then((sent) => {
        response.writeHead(204).end();
        onReport?.(path.split('/').at(-1)!, sent);
      });
      return;
    }
    answerTo(path)
      .catch((error: unknown) => ({ status: 500, type: 'text/plain', body: String(error) }))
      .then(({ status, type, body }) => {
        response.writeHead(status, { 'Content-Type': type }).end(body);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
