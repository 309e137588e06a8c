import { enableProdMode } from '@tensorflow/tfjs';
import { command } from './command';

// Without the greeting that the cpu backend prints.
enableProdMode();
process.exitCode = await command(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
});
