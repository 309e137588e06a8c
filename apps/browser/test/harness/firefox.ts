import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { RunInPage } from './page';
import { startSite, type Site } from './site';

/**
 * The Firefox of this machine: the variable `FIREFOX`, or the first that the PATH has; undefined
 * where there is none.
 */
export const firefox = [process.env['FIREFOX'] ?? '', 'firefox-esr', 'firefox'].find(
  (name) => name !== '' && spawnSync(name, ['--version']).status === 0,
);
if (firefox === undefined)
  console.warn('skipped in Firefox: the PATH has none (apt-get install firefox-esr)');

/**
 * A profile that asks nobody for anything: every address but this machine's is behind a proxy that
 * is not there.
 */
const preferences = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

/**
 * As `usePages`, in Firefox: it opens a page that runs the function and sends what it returns to
 * the site, so that nothing drives the browser.
 */
export function useFirefox(folders: Readonly<Record<string, string>> = {}): RunInPage {
  const reports = new Map<string, (text: string) => void>();
  let site: Site | undefined;
  let runs = 0;
  beforeAll(async () => {
    site = await startSite(folders, { onReport: (name, text) => reports.get(name)?.(text) });
  });
  afterAll(async () => {
    await site?.close();
  });
  return async (name, program, argument) => {
    const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
    const lines = Object.entries(preferences).map((entry) => `user_pref(${entry.map((v) => JSON.stringify(v)).join(', ')});\n`); // prettier-ignore
    writeFileSync(join(profile, 'user.js'), lines.join(''));
    const report = `${runs++}`;
    const asked = JSON.stringify({ file: `/${name}.js`, exported: program.name, argument, report });
    const answer = new Promise<string>((resolve) => reports.set(report, resolve));
    // A group of its own, since Firefox starts processes for its pages.
    const args = ['--headless', '--no-remote', '--profile', profile, `${site!.url}/reports#${encodeURIComponent(asked)}`]; // prettier-ignore
    const child = spawn(firefox!, args, { detached: true, stdio: 'ignore' });
    const closed = once(child, 'exit');
    try {
      const ended = closed.then(() => Promise.reject(new Error('Firefox ended before its page answered')));
      const { value, error } = JSON.parse(await Promise.race([answer, ended])) as { value: unknown; error?: string }; // prettier-ignore
      if (error !== undefined) throw new Error(error);
      return value as Awaited<ReturnType<typeof program>>;
    } finally {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await closed.catch(() => undefined);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  };
}
