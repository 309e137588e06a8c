// Runs a command once, or again and again until it is killed: `child.ts {"args": […], "loop": true, "copy": [from, to]}`. `{n}` stands
// for the number of the run. Each run that ends is told, with its milliseconds.
import { cpSync } from 'node:fs';
import { main } from '../../src/main';

const { args, loop, copy } = JSON.parse(process.argv[2]!) as {
  readonly args: readonly string[];
  readonly loop: boolean;
  readonly copy?: readonly [string, string];
};
for (let n = 0; ; n++) {
  const numbered = (text: string): string => text.replaceAll('{n}', String(n));
  if (copy) cpSync(copy[0], numbered(copy[1]), { recursive: true });
  const began = performance.now();
  const code = await main(args.map(numbered), '0.0.0');
  process.send?.(performance.now() - began);
  if (!loop || code !== 0) process.exit(code);
}
