#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { checkNative } from './install/check';
import { InstallFailure } from './install/failure';
import { installNative, removeNative } from './install/installNative';

const HELP = `Usage: npx @iresnet/backend install-native [options]

Build the native backend of TensorFlow.js (@tensorflow/tfjs-node) against the library in a TensorFlow wheel, check it, and
keep it where useBackend('auto') finds it. Run it in a project that has @tensorflow/tfjs. A second run only checks.

  --gpu                 for NVIDIA GPUs: TensorFlow with CUDA 12 (a download of about 3 GB)
  --python FILE         the Python whose pip fetches the wheel (python3)
  --wheel FILE          a TensorFlow wheel that is there already; again for the wheels of CUDA libraries
  --sources FILE        the tarball of npm pack @tensorflow/tfjs-node, or its folder, that is there already
  --tensorflow VERSION  another version of TensorFlow than 2.18.1; 2.15 to 2.21 have been seen to work
  --dir DIR             where to keep it (IRESNET_NATIVE_DIR, else iresnet/native in the user's data folder)
  --force               build it again
  --remove              remove it
  -h, --help            this text

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      gpu: { type: 'boolean', default: false },
      python: { type: 'string', default: 'python3' },
      wheel: { type: 'string', multiple: true, default: [] },
      sources: { type: 'string' },
      tensorflow: { type: 'string' },
      dir: { type: 'string' },
      force: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

async function main(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    say(`${(error as Error).message}\nTry --help.`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [command, folder, ...rest] = positionals;
  const usage = command === 'check-native' ? folder !== undefined : folder === undefined;
  if (!usage || rest.length > 0 || (command !== 'install-native' && command !== 'check-native')) {
    say(`expected the command install-native, got ${positionals.join(' ') || 'none'}\nTry --help.`);
    return 2;
  }
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop); // npx passes on what the terminal has sent already
  try {
    const { gpu, python, wheel: wheels, sources, tensorflow, dir, force, remove } = values;
    if (command === 'check-native') process.stdout.write(`${await checkNative(folder!)}\n`);
    else if (remove) say(`removed: ${removeNative({ gpu, tensorflow, dir })}`);
    else {
      const abort = controller.signal;
      await installNative({ gpu, python, wheels, sources, tensorflow, dir, force, log: say, abort });
      if (dir !== undefined) say(`set IRESNET_NATIVE_DIR=${dir} where useBackend is to find it`);
    }
    return 0;
  } catch (error) {
    if (controller.signal.aborted) say('interrupted; nothing was changed');
    else if (error instanceof InstallFailure) say(error.message);
    else say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
