#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { checkNative } from './install/check';
import { InstallFailure } from './install/failure';
import { installNative, removeNative } from './install/installNative';

const HELP = `Usage: npx @iresnet/backend install-native [options]

Build the native backend of TensorFlow.js (@tensorflow/tfjs-node) with the library of a TensorFlow
wheel, check it, and put it where useBackend('auto') finds it. Run this in a project that has
@tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu. A second run only checks.

  --gpu                 build for NVIDIA GPUs, with CUDA 12 (a download of about 3 GB)
  --python FILE         use the pip of this Python to fetch the wheel (default: python3)
  --wheel FILE          use this TensorFlow wheel and fetch none; repeat it for CUDA wheels
  --sources FILE        use this tarball or folder of @tensorflow/tfjs-node and fetch none
  --tensorflow VERSION  use this TensorFlow (default: 2.18.1; 2.15 to 2.21 are known to work)
  --dir DIR             install here (default: IRESNET_NATIVE_DIR, else iresnet/native in the
                        data folder of the user)
  --force               build it again
  --remove              remove it
  -h, --help            print this text

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
  // `on`, not `once`: npx repeats a signal that the terminal has sent already.
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const { gpu, python, wheel: wheels, sources, tensorflow, dir, force, remove } = values;
    if (command === 'check-native') process.stdout.write(`${await checkNative(folder!)}\n`);
    else if (remove) say(`removed: ${removeNative({ gpu, tensorflow, dir })}`);
    else {
      const abort = controller.signal;
      await installNative({ gpu, python, wheels, sources, tensorflow, dir, force, log: say, abort });
      if (dir !== undefined) say(`set IRESNET_NATIVE_DIR=${dir}, so that useBackend finds it`);
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
