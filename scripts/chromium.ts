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

/** Start the Chromium of this machine without a window. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [...SOFTWARE, '--no-first-run', '--disable-background-networking', '--disable-sync'],
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

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
