import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { download as downloadOf, type DownloadOptions, type DownloadProgress } from '../../src/node';
import { rejection } from '../failure';
import { file, received, serve, status, type Answer, type Server } from './server';
import { folders } from './folder';
import { sha256 } from './sha256';

const newFolder = folders();
const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251);
const other = content.map((byte) => 250 - byte);
const hash = sha256(content);

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function start(...answers: Answer[]): Promise<Server> {
  servers.push(await serve(...answers));
  return servers.at(-1)!;
}

/** A download whose progress the server of this process sees, which cuts connections by it. */
function download(url: string, path: string, options: DownloadOptions = {}): Promise<void> {
  received.bytes = 0;
  const onProgress = (progress: DownloadProgress) => {
    received.bytes = progress.loaded;
    options.onProgress?.(progress);
  };
  return downloadOf(url, path, { ...options, onProgress });
}

/** What the server was asked for: a part or the whole, and on which condition. */
const ranges = ({ requests }: Server) => requests.map((headers) => headers.range ?? 'whole');
const target = () => join(newFolder(), 'deep', 'file.bin');
const namesBeside = (path: string) => readdirSync(dirname(path)).sort();
function expectWhole(path: string, wanted = content): void {
  expect(Buffer.compare(readFileSync(path), wanted)).toBe(0);
  expect(namesBeside(path)).toEqual(['file.bin']);
}

describe('download', () => {
  it('writes the file, makes its folder, tells the progress and asks for no encoding', async () => {
    const server = await start(file(content));
    const path = target();
    const told: DownloadProgress[] = [];
    await download(server.url, path, {
      sha256: hash.toUpperCase(),
      bytes: 5000,
      onProgress: (p) => told.push(p),
    });
    expectWhole(path);
    expect(told.at(-1)).toEqual({ url: server.url, loaded: 5000, total: 5000 });
    expect(server.requests[0]!['accept-encoding']).toBe('identity');
  });

  it('takes an empty file, and one without a length', async () => {
    const empty = target();
    await download((await start(file(new Uint8Array(0)))).url, empty);
    expectWhole(empty, new Uint8Array(0));
    const chunked = target();
    const server = await start((_, response) => {
      response.write(content.subarray(0, 10));
      response.end(content.subarray(10));
    });
    await download(server.url, chunked, { sha256: hash });
    expectWhole(chunked);
  });

  it('leaves a right file alone and replaces a wrong one', async () => {
    const server = await start(file(content));
    const path = target();
    await download(server.url, path, { sha256: hash });
    await download(server.url, path, { sha256: hash });
    await download(server.url, path);
    expect(server.requests.length).toBe(1);
    writeFileSync(path, other);
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    writeFileSync(path, content.subarray(1));
    await download(server.url, path, { bytes: 5000 });
    expectWhole(path);
    expect(server.requests.length).toBe(3);
  });
});

describe('a broken connection', () => {
  it('is taken up where it broke, twice', async () => {
    const etag = '"v1"';
    const server = await start(
      file(content, { etag, cut: 1000 }),
      file(content, { etag, cut: 1500 }),
      file(content, { etag }),
    );
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole', 'bytes=1000-', 'bytes=2500-']);
    expect(server.requests[2]!['if-range']).toBe(etag);
  });

  it('is taken up by the date of the last change where there is no strong ETag', async () => {
    const headers = { 'last-modified': 'Tue, 01 Sep 2026 10:00:00 GMT', etag: 'W/"weak"' };
    const server = await start(file(content, { headers, cut: 1000 }), file(content, { headers }));
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(server.requests[1]).toMatchObject({ range: 'bytes=1000-', 'if-range': headers['last-modified'] });
  });

  // Each row: the second answer and those behind it, to a request for the rest of version "v1". The
  // result is never a mixture.
  const etag = '"v1"';
  const restarts: [string, Answer[], typeof content, number][] = [
    ['a new version', [file(other, { etag: '"v2"' })], other, 2],
    ['a part of a new version', [file(other, { etag: '"v2"', range: 'blindly' })], other, 3],
    ['the whole', [file(content, { etag, range: 'ignored' })], content, 2],
    ['HTTP 416', [status(416, { 'content-range': 'bytes */5000' }), file(content, { etag })], content, 3],
    [
      'another part',
      [status(206, { 'content-range': 'bytes 7-4999/5000', etag }), file(content, { etag })],
      content,
      3,
    ],
    ['a part without its place', [status(206, { etag }), file(content, { etag })], content, 3],
  ];
  it.each(restarts)('starts anew when the server answers with %s', async (_, answers, wanted, requests) => {
    const server = await start(file(content, { etag, cut: 1000 }), ...answers);
    const path = target();
    await download(server.url, path); // no hash that would find a mixture
    expectWhole(path, wanted);
    expect(ranges(server)).toEqual(['whole', 'bytes=1000-', 'whole'].slice(0, requests));
  });

  it('starts anew when nothing identifies the version', async () => {
    const server = await start(file(content, { cut: 1000 }), file(other));
    const path = target();
    await download(server.url, path);
    expectWhole(path, other);
    expect(ranges(server)).toEqual(['whole', 'whole']);
  });

  it('is given up after five attempts in vain; the part waits for the next call', async () => {
    const etag = '"v1"';
    const server = await start(file(content, { etag, cut: 1000 }), file(content, { etag, cut: 0 }));
    const path = target();
    const message = await rejection('data', download(server.url, path, { sha256: hash }));
    expect(message).toMatch(/expected a file, got none in 5 attempts \(1000 bytes are there\): terminated/);
    expect(message).toContain(server.url);
    expect(server.requests.length).toBe(5);
    expect(namesBeside(path)).toEqual(['file.bin.incomplete']);

    // Only the same URL may go on with it.
    const elsewhere = await start(file(content, { etag }));
    await download(elsewhere.url, join(dirname(path), 'other.bin'));
    const again = await start(file(content, { etag }));
    await download(again.url, path, { sha256: hash });
    expect(ranges(again)).toEqual(['whole']);
    expect(namesBeside(path)).toEqual(['file.bin', 'other.bin']);
  });

  it('names the reason when there is no server', async () => {
    const server = await serve(status(500));
    await server.close();
    const path = target();
    expect(await rejection('data', download(server.url, path))).toMatch(/fetch failed, .*ECONNREFUSED/);
    expect(namesBeside(path)).toEqual([]);
  });
});

describe('an abort', () => {
  it('stops at once, keeps the part, and the next call goes on', async () => {
    const etag = '"v1"';
    const stalled: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': 5000, etag });
      response.write(content.subarray(0, 2000));
    };
    const server = await start(stalled, file(content, { etag }));
    const path = target();
    const abort = new AbortController();
    const reason = new Error('the user has left');
    const onProgress = () => abort.abort(reason);
    await expect(download(server.url, path, { signal: abort.signal, onProgress })).rejects.toBe(reason);
    expect(namesBeside(path)).toEqual(['file.bin.incomplete']);
    await expect(download(server.url, path, { signal: abort.signal })).rejects.toBe(reason);
    expect(server.requests.length).toBe(1);
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole', 'bytes=2000-']);
  });
});

describe('a wrong content', () => {
  it('is fetched once more', async () => {
    const server = await start(file(other, { etag: '"a"' }), file(content, { etag: '"a"' }));
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole', 'whole']);
  });

  it('is an error with both hashes the second time, and leaves nothing', async () => {
    const server = await start(file(other, { etag: '"a"' }));
    const path = target();
    expect(await rejection('data', download(server.url, path, { sha256: hash }))).toBe(
      `${path}: expected sha256 ${hash}, got ${sha256(other)} from ${server.url}`,
    );
    expect(server.requests.length).toBe(2);
    expect(namesBeside(path)).toEqual([]);
  });

  it('on the disk, from an earlier attempt, costs one more request', async () => {
    const server = await start(file(content, { etag: '"a"' }));
    const path = target();
    mkdirSync(`${path}.incomplete`, { recursive: true });
    writeFileSync(join(`${path}.incomplete`, 'data'), other.subarray(0, 3000));
    writeFileSync(join(`${path}.incomplete`, 'validator'), `${server.url}\n"a"`);
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['bytes=3000-', 'whole']);
  });

  it.each(['', '\0\0\0', 'http://127.0.0.1/another\n"a"'])(
    'with the damaged note %j is not used',
    async (note) => {
      const server = await start(file(content, { etag: '"a"' }));
      const path = target();
      mkdirSync(`${path}.incomplete`, { recursive: true });
      writeFileSync(join(`${path}.incomplete`, 'data'), other.subarray(0, 3000));
      writeFileSync(join(`${path}.incomplete`, 'validator'), note && `${note}`);
      await download(server.url, path, { sha256: hash });
      expectWhole(path);
      expect(ranges(server)).toEqual(['whole']);
    },
  );

  it('of another size is refused, announced or not', async () => {
    const path = target();
    const announced = await start(file(content));
    expect(await rejection('data', download(announced.url, path, { bytes: 4999 }))).toBe(
      `${announced.url}: expected 4999 bytes, the server has 5000`,
    );
    const endless = await start((_, response) => {
      const timer = setInterval(() => response.write(new Uint8Array(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    });
    expect(await rejection('data', download(endless.url, path, { bytes: 100_000 }))).toMatch(
      /expected 100000 bytes, got more$/,
    );
    expect(endless.requests.length).toBe(1);
  });

  it('that was encoded for the transfer is decoded and never continued', async () => {
    const encoding = { 'content-encoding': 'gzip' };
    const encoded = gzipSync(content);
    const server = await start(
      file(encoded, { etag: '"a"', headers: encoding, cut: 30 }),
      file(encoded, { etag: '"a"', headers: encoding }),
    );
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole', 'whole']);
  });
});

describe('an HTTP status', () => {
  it.each([401, 403, 404, 410])('%i is final', async (code) => {
    const server = await start(status(code));
    const path = target();
    expect(await rejection('data', download(server.url, path))).toMatch(
      new RegExp(`^${server.url}: expected HTTP 200, got ${code} `),
    );
    expect(server.requests.length).toBe(1);
    expect(namesBeside(path)).toEqual([]);
  });

  it.each([408, 429, 500, 503])('%i is tried again, and keeps the part', async (code) => {
    const etag = '"a"';
    const server = await start(file(content, { etag, cut: 1000 }), status(code), file(content, { etag }));
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole', 'bytes=1000-', 'bytes=1000-']);
  });
});

describe('a redirection', () => {
  it('is followed, relative or absolute', async () => {
    const last = await start(file(content));
    const server = await start(status(302, { location: '/there' }), status(308, { location: last.url }));
    const path = target();
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
  });

  it.each([
    [
      'from https to http',
      'https://data.test/file',
      (server: Server) => server.url,
      /expected https to the end/,
    ],
    ['to a file', 'https://data.test/file', () => 'file:///etc/passwd', /got a redirection to file:/],
    [
      'to nowhere',
      'http://data.test/file',
      () => 'http://',
      /expected a redirection to a URL, got http:\/\/$/,
    ],
    ['without end', 'http://data.test/file', () => '/file', /expected at most 20 redirections/],
  ])('%s is refused', async (_, url, location, message) => {
    const server = await start(file(content));
    let calls = 0;
    // The tests have no certificate, so the first host answers here.
    const atHost: typeof fetch = async (...[input, init]) => {
      calls++;
      if (!String(input).includes('data.test')) return fetch(input, init);
      return new Response(null, { status: 302, headers: { location: location(server) } });
    };
    const path = target();
    expect(await rejection('data', download(url, path, { fetch: atHost }))).toMatch(message);
    expect(server.requests.length).toBe(0);
    expect(calls).toBeLessThan(22);
    expect(namesBeside(path)).toEqual([]);
  });

  it('from http to https is taken', async () => {
    const upgraded: typeof fetch = async (input) =>
      String(input) === 'http://data.test/file'
        ? new Response(null, { status: 301, headers: { location: 'https://data.test/file' } })
        : new Response(content);
    const path = target();
    await download('http://data.test/file', path, { fetch: upgraded, sha256: hash });
    expectWhole(path);
  });
});

describe('the place', () => {
  it('is named when it cannot be', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'plain'), '');
    mkdirSync(join(folder, 'taken'));
    const server = await start(file(content));
    const message = (path: string) => rejection('data', download(server.url, path));
    expect(await message(join(folder, 'plain', 'file'))).toMatch(
      /plain: expected to make it, got: .*\((ENOTDIR|EEXIST)\)$/,
    );
    expect(await message(join(folder, 'plain', 'deep', 'file'))).toMatch(
      /plain.*: expected to make it, got: .*\((ENOTDIR|EEXIST)\)$/,
    );
    expect(await message(join(folder, 'taken'))).toBe(
      `${join(folder, 'taken')}: expected a file, got a folder`,
    );
    expect(server.requests.length).toBe(0);
  });

  it('and the rest of the arguments are checked', async () => {
    for (const url of ['file:///etc/passwd', 'data.bin', '', 'ftp://127.0.0.1/x']) {
      expect(await rejection('argument', download(url, target()))).toMatch(
        /^datasets\.download: expected an http/,
      );
    }
    const short = download('http://127.0.0.1/x', target(), { sha256: 'abc' });
    expect(await rejection('argument', short)).toMatch(/got 'abc'$/);
  });
});
