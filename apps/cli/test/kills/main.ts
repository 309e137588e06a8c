// The large kill test: `npm run kill-tests -- [kills of each command] [commands]`. Prints what came
// of it; ends with 1 for a fault.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAll } from './kills';

const [kills = '50', ...only] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'iresnet-kills-'));
try {
  await killAll(home, Number(kills), only.length > 0 ? only : undefined, ({ command, cut, faults }) => {
    console.log(`${command}: ${kills} kills, ${cut} with a write cut off, ${faults.length} faults`);
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
