#!/usr/bin/env node
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { describeFailure, exitCode } from './exit';
import { createProgram } from './program';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

// Takes precedence over the listeners of the wasm backend, which would rethrow and print a megabyte of their own source.
process.setUncaughtExceptionCaptureCallback((error) => process.exit(tell(error)));

try {
  const program = createProgram(version, (code) => (process.exitCode = code));
  if (process.argv.length <= 2) {
    program.outputHelp({ error: true });
    process.exitCode = exitCode.usage;
  } else {
    await program.parseAsync();
  }
} catch (error) {
  process.exitCode = tell(error);
}

/** Say on stderr what went wrong; returns the exit code. */
function tell(error: unknown): number {
  // Commander has printed its message; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const { code, message } = describeFailure(error);
  process.stderr.write(`${message}\n`);
  return code;
}
