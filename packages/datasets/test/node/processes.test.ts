import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { lock } from '@iresnet/core/node';
import { download } from '../../src/node';
import { file, serve, type Answer, type Server } from './server';
import { folders } from './folder';
import { sha256 } from './sha256';

const newFolder = folders();
const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251);
const hash = sha256(content);
const etag = '"v1"';

const servers: Server[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.close();
});
async function start(...answers: Answer[]): Promise<Server> {
  servers.push(await serve(...answers));
  return servers.at(-1)!;
}

/**
 * A process that downloads to `path`; `output` is all that it has printed when it ends, `begun`
 * when it has a byte.
 */
function inProcess(url: string, path: string) {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const options = ['--conditions=@iresnet/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...options, script, url, path, hash], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const begun = new Promise<void>((done) => child.stdout.once('data', () => done()));
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  return { child, begun, output: new Promise<string>((done) => child.once('close', () => done(output))) };
}

/** Send the first 50,000 bytes, and no more. */
const stalled: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length, etag });
  response.write(content.subarray(0, 50_000));
};
/** Send in pieces over a quarter of a second. */
const slow: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length, etag });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(content.subarray(sent, sent + 20_000));
    sent += 20_000;
    if (sent < content.length) return;
    clearInterval(timer);
    response.end();
  }, 25);
};
const ranges = ({ requests }: Server) => requests.map((headers) => headers.range ?? 'whole');
function expectWhole(path: string): void {
  expect(sha256(readFileSync(path))).toBe(hash);
  expect(readdirSync(dirname(path))).toEqual(['file.bin']);
}

describe('one file for many', () => {
  it('is fetched once by five processes, and each reads the whole', async () => {
    const server = await start(slow);
    const path = join(newFolder(), 'cache', 'file.bin');
    const outputs = await Promise.all(Array.from({ length: 5 }, () => inProcess(server.url, path).output));
    for (const output of outputs) expect(output.replace(/^\.*/, '')).toBe(hash);
    expect(server.requests.length).toBe(1);
    expectWhole(path);
  });

  it('is fetched once by eight calls in one process', async () => {
    const server = await start(slow);
    const path = join(newFolder(), 'file.bin');
    await Promise.all(Array.from({ length: 8 }, () => download(server.url, path, { sha256: hash })));
    expect(server.requests.length).toBe(1);
    expectWhole(path);
  });

  it('goes on with the part of a process that was killed, at once', async () => {
    const server = await start(stalled, file(content, { etag }));
    const path = join(newFolder(), 'file.bin');
    const { child, begun, output } = inProcess(server.url, path);
    await begun;
    child.kill('SIGKILL');
    await output;
    expect(readdirSync(dirname(path)).length).toBe(2); // its lock and its part
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });
});

describe('a lock', () => {
  /** What the lock of a process of this machine that is gone holds. */
  async function gone(): Promise<string> {
    const path = join(newFolder(), 'own');
    const { release } = await lock(path);
    const own = JSON.parse(readFileSync(path, 'utf8')) as object;
    await release();
    return JSON.stringify({ ...own, pid: 4_194_305, id: 'abcdefabcdef' }); // above the largest id of Linux
  }
  /** A lock file that was touched `age` seconds ago. */
  function locked(content: string, age: number): string {
    const path = join(newFolder(), 'file.bin');
    writeFileSync(`${path}.lock`, content);
    const then = Date.now() / 1000 - age;
    utimesSync(`${path}.lock`, then, then);
    return path;
  }

  it('of a dead process with no part, or with the note of another file, costs nothing but a request', async () => {
    const server = await start(file(content, { etag }));
    const path = locked(await gone(), 1);
    mkdirSync(`${path}.abcdefabcdef.part`);
    writeFileSync(join(`${path}.abcdefabcdef.part`, 'data'), 'junk');
    await download(server.url, path, { sha256: hash });
    expectWhole(path);
    expect(ranges(server)).toEqual(['whole']);
  });

  it.each([['validator'], []])(
    'of a process that died when the file was whole leaves nothing beside it (%s)',
    async (...left) => {
      const path = locked(await gone(), 1);
      writeFileSync(path, content);
      mkdirSync(`${path}.abcdefabcdef.part`);
      for (const name of left) writeFileSync(join(`${path}.abcdefabcdef.part`, name), 'https://…');
      await download('http://127.0.0.1:1/nobody-asks', path, { sha256: hash });
      expectWhole(path);
    },
  );

  it('of a dead process leaves its part to whichever of eight gets the lock', async () => {
    for (let round = 0; round < 5; round++) {
      const server = await start(file(content, { etag }));
      const path = locked(await gone(), 1);
      const part = `${path}.abcdefabcdef.part`;
      mkdirSync(part);
      writeFileSync(join(part, 'data'), content.subarray(0, 1000));
      writeFileSync(join(part, 'validator'), `${server.url}\n${etag}`);
      await Promise.all(Array.from({ length: 8 }, () => download(server.url, path, { sha256: hash })));
      expectWhole(path);
      expect(ranges(server)).toEqual(['bytes=1000-']);
      expect(readdirSync(dirname(path))).toEqual(['file.bin']);
    }
  });

  it('finds parts that nobody touches any more, and no others', async () => {
    const server = await start(file(content, { etag }));
    const path = join(newFolder(), 'file.bin');
    const old = Date.now() / 1000 - 61;
    for (const [name, time] of [
      ['file.bin.000000000001.part', old],
      ['file.bin.000000000002.part', Date.now() / 1000],
      ['other.bin.000000000003.part', old],
    ] as const) {
      const part = join(dirname(path), name);
      mkdirSync(part);
      writeFileSync(join(part, 'data'), 'junk');
      utimesSync(join(part, 'data'), time, time);
    }
    await download(server.url, path, { sha256: hash });
    const left = readdirSync(dirname(path)).sort();
    expect(left).toEqual(['file.bin', 'file.bin.000000000002.part', 'other.bin.000000000003.part']);
  });
});
