#!/usr/bin/env node
import { createRequire } from 'node:module';
import { main, tell } from './main';
import { watchStreams } from './terminal/output';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

// Takes precedence over the listeners of the wasm backend, which would rethrow and print a megabyte
// of their own source.
process.setUncaughtExceptionCaptureCallback((error) => process.exit(tell(error)));
watchStreams();
process.exitCode = await main(process.argv.slice(2), version);
