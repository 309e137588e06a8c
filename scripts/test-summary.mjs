// Adds up the reports that the tests of the workspaces wrote, and ends with status 1 unless all
// passed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, readJson, workspaces } from './workspaces.mjs';

let passed = 0;
let failed = 0;
const failures = [];
for (const { dir, manifest } of workspaces()) {
  if (!manifest.scripts?.test) continue;
  const path = join(dir, '.vitest-report.json');
  if (!existsSync(path)) {
    console.error(`✗ ${fromRoot(dir)}: its tests left no report`);
    failed += 1;
    continue;
  }
  const report = readJson(path);
  // A file that did not load, or whose hook failed, has no test that failed: it counts as one.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  for (const { name, assertionResults } of report.testResults)
    for (const test of assertionResults.filter(({ status }) => status === 'failed'))
      failures.push([fromRoot(name), test.fullName, ...test.failureMessages]);
  for (const { name, message } of broken) failures.push([fromRoot(name), message]);
  passed += report.numPassedTests;
  failed += report.numFailedTests + broken.length;
  if (report.numTotalTests === 0 && broken.length === 0) failed += 1;
  const note = report.numPendingTests ? `, ${report.numPendingTests} skipped` : '';
  console.log(
    `${fromRoot(dir)}: ${report.numPassedTests} passed, ${report.numFailedTests + broken.length} failed${note}`,
  );
}
for (const [file, ...texts] of failures)
  console.log(`✗ ${file}: ${texts.map((text) => text.slice(0, 600)).join('\n  ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
