import { exitCode } from './exit';
import type { Output } from './output';

/** What a signal asked for. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** 0, or the code to exit with after everything is saved. */
  code(): number;
  release(): void;
}

/** Let SIGINT and SIGTERM stop a run between two steps; a second one ends the program at once. */
export function onInterrupt(output: Output): Interrupt {
  const controller = new AbortController();
  let code: number = exitCode.ok;
  const handler = (name: NodeJS.Signals): void => {
    const next = name === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    if (controller.signal.aborted) process.exit(next);
    code = next;
    output.log(`\n${name}: finishing the step and saving; again to stop at once`);
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
