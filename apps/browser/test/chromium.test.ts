import { expect, test, vi } from 'vitest';
import { chromiumHere, findChromium } from '../../../scripts/chromium';

test('a machine without Chromium is told what to install', () => {
  expect(() => findChromium({ PATH: '' })).toThrow(
    /need Chromium, and the PATH has none: apt-get install chromium/,
  );
  expect(() => findChromium({ CHROMIUM: '/nowhere', PATH: process.env['PATH'] })).toThrow(
    /CHROMIUM=\/nowhere is not a/,
  );
  const said = vi.spyOn(console, 'warn').mockReturnValue();
  expect(chromiumHere({ PATH: '' })).toBe(null);
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/apt-get install chromium.*They are skipped/));
  said.mockRestore();
});
