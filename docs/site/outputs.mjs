// What examples print:
// `node --conditions=@iresnet/source --import tsx docs/site/outputs.mjs FOLDER` runs every module
// of the folder, one after the other, and writes what each logged, and the pictures that it wrote,
// to outputs.json beside them. They run on one thread of wasm, as in a page: the numbers are the
// same there, but for the last digits of what JavaScript computes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { useBackend } from '@iresnet/backend';
import * as tf from '@tensorflow/tfjs';

const [folder] = process.argv.slice(2);
const work = process.cwd();
const names = readdirSync(folder).sort();
const outputs = {};
await tf.setBackend('cpu');
tf.dispose(tf.ones([1])); // its greeting comes with the first tensor
await useBackend('wasm');

let text = '';
for (const level of ['log', 'info', 'warn', 'error'])
  console[level] = (...values) => (text += `${format(...values)}\n`);

for (const name of names) {
  text = '';
  let clock = 0; // a tenth of a second a look: a log of times is the same each time, and a time limit ends
  performance.now = Date.now = () => (clock += 100);
  await tf.setBackend('wasm');
  mkdirSync(join(work, `${name}.files`));
  process.chdir(join(work, `${name}.files`));
  try {
    await import(join(folder, name));
  } catch (error) {
    process.stderr.write(`${name}: ${error.stack}\n`);
    process.exit(1);
  }
  const pictures = readdirSync('.').filter((file) => file.endsWith('.png'));
  outputs[name] = {
    text,
    pictures: pictures.map((file) => ({ name: file, base64: readFileSync(file, 'base64') })),
  };
}
writeFileSync(join(folder, 'outputs.json'), JSON.stringify(outputs));
process.exit(0); // an example may leave a server or a port open
