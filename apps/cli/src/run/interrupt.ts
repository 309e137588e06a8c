import { exitCode, exitOf } from '../exit';
import type { Output } from '../terminal/output';
import { onStop } from '../terminal/stoppable';

/** What a signal asked for. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** 0, or the code to exit with after everything is saved. */
  code(): number;
  /** From here on a signal ends the program at once. */
  release(): void;
}

/**
 * Let SIGINT, SIGTERM and SIGHUP stop a run between two steps; a second one ends the program at
 * once.
 */
export function onInterrupt(output: Output): Interrupt {
  const controller = new AbortController();
  let code: number = exitCode.ok;
  const release = onStop((name) => {
    code = exitOf(name);
    output.log(`\n${name}: finishing the step and saving; once more to stop without`);
    controller.abort();
  });
  return { signal: controller.signal, code: () => code, release };
}
