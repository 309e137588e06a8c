// Give every reader changed files for a while: `npm run fuzz -- 60` (seconds), `--only png` (a
// reader), `--seed 7` (where to begin), `--seed 7 --cases 1` (one case again). A changed file must
// be read, or be refused by an IResNetError; in 2 s of the processor and 1 GiB of memory. A child
// does the work, so that one that hangs can be ended. The exit code is 1 after a fault.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '@iresnet/core/gradients';
import '@tensorflow/tfjs-backend-cpu';
import { IResNetError } from '@iresnet/core';
import { mutate } from './mutate';
import { randomOf, type Random } from './random';
import { openReaders, type Reader } from './readers';

const SECONDS_A_CASE = 2;
const MEMORY = 2 ** 30;
/** Seconds without a word from the child after which a case counts as one that hangs. */
const PATIENCE = 30;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: 'Infinity' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: 'fuzz-faults' },
  },
});
const seconds = Number(positionals[0] ?? process.env['FUZZ_SECONDS'] ?? 60);

/** The changed file of a case; everything follows from the seed. */
function fileOf(reader: Reader, random: Random, all: readonly Uint8Array[]): Uint8Array {
  const changed = mutate(random.pick(reader.sources), random, random.chance(0.8) ? reader.sources : all);
  return reader.repair && random.chance(0.8) ? reader.repair(changed, random) : changed;
}

/** What was wrong with a case, or nothing. */
async function faultOf(reader: Reader, bytes: Uint8Array): Promise<{ fault?: string; refused: boolean }> {
  const before = process.cpuUsage();
  let [fault, refused]: [string | undefined, boolean] = [undefined, false];
  try {
    await reader.read(bytes);
  } catch (error) {
    refused = error instanceof IResNetError;
    const cause = error instanceof IResNetError && error.message.includes('Cannot read prop');
    if (!refused || cause) fault = (error as Error).stack ?? String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const [took, memory] = [(user + system) / 1e6, process.resourceUsage().maxRSS * 1024];
  if (took > SECONDS_A_CASE) fault ??= `it took ${took.toFixed(1)} s`;
  if (memory > MEMORY) fault ??= `the process has had ${(memory / MEMORY).toFixed(2)} GiB of memory`;
  return { refused, ...(fault !== undefined && { fault }) };
}

async function work(): Promise<number> {
  const { readers, close } = await openReaders();
  const chosen = readers.filter(({ name }) => name.includes(flags.only));
  const all = readers.flatMap(({ sources }) => sources);
  const counts = new Map(chosen.map(({ name }) => [name, { read: 0, refused: 0 }]));
  const end = performance.now() + 1000 * seconds;
  const first = Number(flags.seed);
  let [seed, faults, slowest] = [first, 0, 0];
  for (; performance.now() < end && seed < first + Number(flags.cases) && faults < 20; seed++) {
    const random = randomOf(seed);
    const reader = random.pick(chosen);
    const bytes = fileOf(reader, random, all);
    const where = `seed ${seed}, ${reader.name}`;
    process.send?.({ where, bytes: Buffer.from(bytes).toString('base64') });
    const start = performance.now();
    const { fault, refused } = await faultOf(reader, bytes);
    slowest = Math.max(slowest, performance.now() - start);
    counts.get(reader.name)![refused ? 'refused' : 'read']++;
    if (fault === undefined) continue;
    faults++;
    keep(where, bytes, fault);
  }
  close();
  for (const [name, { read, refused }] of counts) console.log(`${name}: ${read} read, ${refused} refused`);
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(`${seed - first} files from seed ${first}, ${faults} faults; slowest ${Math.round(slowest)} ms, memory ${Math.round(memory)} MiB`); // prettier-ignore
  return faults === 0 ? 0 : 1;
}

/** Print a fault and keep its file. */
function keep(where: string, bytes: Uint8Array, fault: string): void {
  mkdirSync(flags.out, { recursive: true });
  const file = join(flags.out, where.replace(/\W+/g, '-'));
  writeFileSync(file, bytes);
  console.error(`FAULT at ${where} (${file}; npm run fuzz -- --only '${flags.only}' --${where.split(',')[0]!.replace(' ', '=')} --cases 1): ${fault}`); // prettier-ignore
}

/** Watch the child that works, and end it when it hangs. */
function watch(): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, IRESNET_FUZZ_WORKS: '1' },
  });
  let last = { where: 'the start', bytes: '' };
  const hangs = () => {
    keep(last.where, Buffer.from(last.bytes, 'base64'), `no answer in ${PATIENCE} s`);
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hangs, 4 * PATIENCE * 1000);
  child.on('message', (message) => {
    last = message as typeof last;
    clearTimeout(timer);
    timer = setTimeout(hangs, PATIENCE * 1000);
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal || (code !== 0 && code !== 1)) keep(last.where, Buffer.from(last.bytes, 'base64'), `the process ended: ${signal ?? code}`); // prettier-ignore
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

const code = process.env['IRESNET_FUZZ_WORKS'] ? await work() : await watch();
process.exit(code);
