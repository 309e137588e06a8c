// A process that saves, for the tests that kill it: `saver.ts numbered|replace|once FOLDER BYTES`.
import { join } from 'node:path';
import { loadCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
import { IResNetError } from '@iresnet/core';

const [mode, folder, size] = process.argv.slice(2) as [string, string, string];

/** Every byte says the step: a mixture of two saves cannot pass for one. */
const filesOf = (step: number): Record<string, Uint8Array | string> => ({
  'model.safetensors': new Uint8Array(Number(size)).fill(step),
  'state.json': JSON.stringify({ step }),
});

if (mode === 'once') {
  try {
    await saveCheckpoint(folder, filesOf(1));
    await loadCheckpoint(folder);
  } catch (error) {
    console.log(error instanceof IResNetError ? `${error.kind} ${error.message}` : error);
  }
} else {
  for (let step = 1; ; step++) {
    await saveCheckpoint(mode === 'replace' ? folder : join(folder, `step-${step}`), filesOf(step));
    process.stdout.write(`${step}\n`);
  }
}
