import { expect, test } from 'vitest';
import { findChromium } from '../../../scripts/chromium';

test('a machine without Chromium is told what to install', () => {
  expect(() => findChromium({ PATH: '' })).toThrow(
    /need Chromium, and the PATH has none: apt-get install chromium/,
  );
  expect(() => findChromium({ CHROMIUM: '/nowhere', PATH: process.env['PATH'] })).toThrow(
    /CHROMIUM=\/nowhere is not a/,
  );
});
