import { exitCode } from '../exit';
import type { Output } from '../terminal/output';

/** What a signal asked for. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** 0, or the code to exit with after everything is saved. */
  code(): number;
  /** From here on a signal ends the program at once. */
  release(): void;
}

/** Milliseconds in which a second signal is an echo of the first: npm passes a Ctrl-C on that the terminal has delivered already. */
const ECHO = 300;

/** Let SIGINT and SIGTERM stop a run between two steps; a second one ends the program at once. */
export function onInterrupt(output: Output): Interrupt {
  const controller = new AbortController();
  let code: number = exitCode.ok;
  let since = 0;
  const handler = (name: NodeJS.Signals): void => {
    const next = name === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    if (controller.signal.aborted) {
      if (performance.now() - since > ECHO) process.exit(next);
      return;
    }
    code = next;
    since = performance.now();
    output.log(`\n${name}: finishing the step and saving; once more to stop without`);
    controller.abort();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return {
    signal: controller.signal,
    code: () => code,
    release() {
      process.off('SIGINT', handler);
      process.off('SIGTERM', handler);
    },
  };
}
