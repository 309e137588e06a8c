#!/usr/bin/env node
import '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { describeFailure, exitCode } from './exit';
import { commanderExitCode, createProgram } from './program';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

try {
  const program = createProgram(version, (code) => (process.exitCode = code));
  if (process.argv.length <= 2) {
    program.outputHelp();
    process.exitCode = exitCode.usage;
  } else {
    await program.parseAsync();
  }
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; one thrown by an action has not been printed.
    if (error.code === 'commander.invalidArgument') process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = commanderExitCode(error);
  } else {
    const { code, message } = describeFailure(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = code;
  }
}
