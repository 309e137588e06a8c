import { enableProdMode } from '@tensorflow/tfjs';
import type { Benchmark } from './benchmark';
import { bounds } from './bounds';
import { imageBenchmark } from './image';
import { inversion } from './inversion';
import { logdet } from './logdet';
import { native } from './native';
import { torch } from './torch';
import { toy } from './toy';

const benchmarks: readonly Benchmark[] = [toy, imageBenchmark, logdet, inversion, bounds, native, torch];

// Without the greeting that the cpu backend prints.
enableProdMode();
const [name, ...args] = process.argv.slice(2);
const chosen = benchmarks.find((benchmark) => benchmark.name === name);
if (chosen) {
  await chosen.run(args);
} else {
  console.log('npm run bench -- <name> [options]\n');
  for (const { name, summary, options } of benchmarks) {
    console.log(`  ${name.padEnd(10)}${summary}`);
    for (const line of options) console.log(`  ${' '.repeat(10)}${line}`);
  }
  process.exitCode = name === undefined || name === '--help' ? 0 : 2;
}
