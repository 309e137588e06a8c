import type { Check } from './goldenCase';
import { isFailure, type CaseResult } from './run';

/** Failing tensors listed under a case unless all are asked for. */
const LISTED = 5;

/** Error over tolerance: above 1 is a failure. */
function ratioOf({ error, tolerance }: Check): number {
  return error === 0 ? 0 : error / tolerance;
}

/** The check that came nearest to its tolerance, or went furthest beyond. */
function worstOf(checks: readonly Check[]): Check | undefined {
  return checks.reduce<Check | undefined>(
    (worst, check) => (worst && ratioOf(worst) >= ratioOf(check) ? worst : check),
    undefined,
  );
}

/** One line for a case, and more below it for failures or when all is asked for. */
export function caseLines(result: CaseResult, verbose = false): readonly string[] {
  const { name, kind, outcome, reason, checks, notCompared } = result;
  const worst = worstOf(checks);
  const facts = [
    kind,
    worst && `${checks.length} checks, worst ${ratioOf(worst).toFixed(2)} of its tolerance: ${worst.name}`,
    reason,
    ...notCompared.map((left) => `${left.names.length} not compared (${left.reason})`),
  ].filter(Boolean);
  const failures = checks.filter(isFailure);
  const listed = verbose ? checks : failures.slice(0, LISTED);
  const more = verbose ? 0 : failures.length - listed.length;
  return [
    `${outcome.padEnd(7)} ${name}: ${facts.join('; ')}`,
    ...listed.map((check) => `        ${isFailure(check) ? 'FAIL' : 'ok  '} ${describe(check)}`),
    ...(more > 0 ? [`        and ${more} more`] : []),
    ...(verbose ? notCompared.flatMap(({ names }) => names.map((left) => `        left ${left}`)) : []),
  ];
}

function describe(check: Check): string {
  const { name, error, tolerance } = check;
  return `${name}: off by ${error.toExponential(2)}, tolerance ${tolerance.toExponential(2)}, ratio ${ratioOf(check).toFixed(2)}`;
}

/** How many of each outcome. */
export function countOutcomes(results: readonly CaseResult[]): Record<CaseResult['outcome'], number> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

/** `N passed, N failed, N skipped`. */
export function closingLine(results: readonly CaseResult[]): string {
  const { passed, failed, skipped } = countOutcomes(results);
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
