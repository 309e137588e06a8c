import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { chromiumHere, startChromium } from '../../../../scripts/chromium';
import { startSite, type Site } from './site';

/**
 * Runs an exported function of the program NAME in a new page, and gives what it returns.
 */
export type RunInPage = <A, R>(
  name: string,
  program: (argument: A) => R | Promise<R>,
  argument: A,
) => Promise<R>;

/** What the page of the site defines. */
interface PageGlobals {
  load(file: string): Promise<Readonly<Record<string, (given: unknown) => unknown>>>;
}

/** Skip the tests of a file or a group where Chromium is not installed. Gives whether it is. */
export function needChromium(): boolean {
  const found = chromiumHere() !== null;
  beforeEach(({ skip }) => {
    skip(!found, 'Chromium is not installed');
  });
  return found;
}

/** Start a browser and a site for the tests of a file; see {@link startSite}. */
export function usePages(
  folders: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>) = {},
  options: Parameters<typeof startSite>[1] = {},
): RunInPage {
  let browser: Browser | undefined;
  let site: Site | undefined;
  const found = needChromium();
  beforeAll(async () => {
    if (!found) return;
    browser = await startChromium();
    site = await startSite(typeof folders === 'function' ? folders() : folders, options);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return async (name, program, argument) => {
    const page = await browser!.newPage();
    try {
      await page.goto(site!.url);
      // The function is taken for its name and its types: the page runs the one of its bundle.
      return (await page.evaluate(
        async ([file, exported, given]) => {
          const { load } = globalThis as unknown as PageGlobals;
          return (await load(file))[exported]!(given);
        },
        [`/${name}.js`, program.name, argument] as const,
      )) as Awaited<ReturnType<typeof program>>;
    } finally {
      await page.close();
    }
  };
}
