import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/**
 * Software rendering, so that WebGL and WebGPU are the same on every machine, with a GPU or
 * without.
 */
const SOFTWARE = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/**
 * Start the Chromium of this machine without a window: with a GPU in software, which has WebGL and
 * WebGPU but paints slowly, or with none, as on a machine that has no GPU.
 */
export async function startChromium({ gpu = true } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...(gpu ? SOFTWARE : ['--disable-gpu']),
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ],
    // As root, which a container often is, Chromium refuses to start with its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** The path of Chromium or Chrome: the variable `CHROMIUM`, else the first that the PATH has. */
export function findChromium(
  { CHROMIUM, PATH = '' }: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = (CHROMIUM ? [CHROMIUM] : places).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    `The browser tests need Chromium, and ${CHROMIUM ? `CHROMIUM=${CHROMIUM} is not a program` : 'the PATH has none'}: ` +
      'apt-get install chromium, or set CHROMIUM to the path of a Chromium or Chrome.',
  );
}

/** The path of Chromium or Chrome, or null where there is none, which it says. */
export function chromiumHere(env?: Parameters<typeof findChromium>[0]): string | null {
  try {
    return findChromium(env);
  } catch (error) {
    console.warn(`${(error as Error).message} They are skipped.`);
    return null;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
