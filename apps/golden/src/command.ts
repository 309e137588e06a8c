import { parseArgs } from 'node:util';
import { IResNetError } from '@iresnet/core';
import { findNative, useBackend } from '@iresnet/backend';
import { kinds } from './kinds';
import { caseLines, closingLine, countOutcomes } from './report';
import { runFolder } from './run';
import { MULTIPLE, SUM_ULPS, ULPS } from './tolerance';

const HELP = `npm run golden -- FOLDER [options]

Runs the packages on every reference case of FOLDER (manifest NAME.json of format golden-reference-1 with its
.safetensors file) and compares each tensor with the official value, the float64 recomputation where there is one.
A tensor passes when its largest difference is at most ${MULTIPLE} times the official program's own float32 error
(f32_vs_f64_max_abs) plus ${ULPS} float32 units in the last place of its largest entry (${SUM_ULPS} for gradients of parameters,
64 for what exists in float64 alone). A tensor that is neither read, compared nor excused fails its case.

  --backend NAME       where to compute: cpu, wasm or tensorflow, the native library; cpu unless given
  --only KIND          only one kind: ${kinds.map(({ name }) => name).join(', ')}
  --json               print one JSON document instead of lines
  --verbose            list every comparison
  --help               this text

The exit code is 1 when a case fails or the folder holds none, 2 for a wrong command line. Where the native library is not
installed nothing is compared: a line says so, and the exit code is 0.`;

const BACKENDS = ['cpu', 'wasm', 'tensorflow'] as const;

/** Where the lines go. */
export interface Output {
  out(line: string): void;
  error(line: string): void;
}

/** The whole command: arguments to exit code. */
export async function command(args: readonly string[], output: Output): Promise<number> {
  let options: Options;
  try {
    options = parse(args);
  } catch (error) {
    output.error(`${message(error)}\nTry --help.`);
    return 2;
  }
  if (options.help) {
    output.out(HELP);
    return 0;
  }
  const { folder, backend, only, json, verbose } = options;
  if (backend === 'tensorflow' && findNative().length === 0) {
    output.error(
      'skipped: the native backend is not installed (npx @iresnet/backend install-native); nothing was compared',
    );
    return 0;
  }
  try {
    await useBackend(backend);
    const results = await runFolder(folder, {
      ...(only === undefined ? {} : { only }),
      onResult: (result) => {
        if (!json) for (const line of caseLines(result, verbose)) output.out(line);
      },
    });
    const { failed } = countOutcomes(results);
    if (json) {
      output.out(JSON.stringify({ backend, ...countOutcomes(results), cases: results }, null, 1));
      output.error(closingLine(results));
    } else {
      output.out(closingLine(results));
    }
    return failed > 0 ? 1 : 0;
  } catch (error) {
    output.error(message(error));
    return 1;
  }
}

interface Options {
  readonly folder: string;
  readonly backend: (typeof BACKENDS)[number];
  readonly only: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'cpu' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, json, verbose, help } = values;
  const fail = (what: string): never => {
    throw new IResNetError('argument', 'golden', what);
  };
  if (!help && positionals.length !== 1) fail(`expected one folder, got ${positionals.length}`);
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) return fail(`expected --backend with one of ${BACKENDS.join(', ')}, got ${values.backend}`);
  if (only !== undefined && !kinds.some(({ name }) => name === only)) {
    fail(`expected --only with one of ${kinds.map(({ name }) => name).join(', ')}, got ${only}`);
  }
  return { folder: positionals[0] ?? '', backend, only, json, verbose, help };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
