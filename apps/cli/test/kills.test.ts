import { expect, test } from 'vitest';
import { temporaryFolder } from './command';
import { killAll } from './kills/kills';

// `npm run kill-tests` does the same to every command, fifty times. These two train nothing first.
test('commands that are killed at any moment leave whole files, and the next run leaves nothing else', async () => {
  const cheap = ['datasets show', 'datasets download'];
  const outcomes = await killAll(temporaryFolder('iresnet kills '), 3, cheap);
  expect(outcomes.map(({ command, faults }) => [command, faults])).toEqual(
    cheap.map((command) => [command, []]),
  );
}, 600_000);
