/**
 * Write a CSV table of any length: four columns, none of whose values follows from the others, and
 * a class.
 *
 *   node scripts/big-table.mjs 1000000 big.csv
 *
 * x1 and x2 lie on two noisy arcs, one a class; x3 is their product and noise; x4 has a heavy tail.
 * The same numbers every time.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const [rows, file] = [Number(process.argv[2]), process.argv[3]];
if (!Number.isSafeInteger(rows) || rows < 1 || file === undefined) {
  console.error('usage: node scripts/big-table.mjs <rows> <file.csv>');
  process.exit(2);
}

/**
 * Uniform in (0, 1): the high bits of a 32-bit linear congruential generator will do for a
 * benchmark.
 */
let state = 1;
const uniform = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state + 0.5) / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

const out = createWriteStream(file);
out.write('x1,x2,x3,x4,arc\n');
for (let done = 0; done < rows;) {
  let text = '';
  for (const end = Math.min(rows, done + 10_000); done < end; done++) {
    const arc = uniform() < 0.6 ? 'upper' : 'lower';
    const angle = Math.PI * uniform();
    const side = arc === 'upper' ? 1 : -1;
    const x1 = side * Math.cos(angle) + (1 - side) / 2 + 0.1 * normal();
    const x2 = side * Math.sin(angle) + (1 - side) / 4 + 0.1 * normal();
    const row = [x1, x2, x1 * x2 + 0.3 * normal(), Math.exp(0.5 * normal() + x1 / 2)];
    text += `${row.map((value) => value.toFixed(5)).join()},${arc}\n`;
  }
  if (!out.write(text)) await once(out, 'drain');
}
out.end();
await once(out, 'finish');
