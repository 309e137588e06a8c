import type { ColumnHolds } from './data';
import { formatTick } from './format';

const DAY = 86_400_000;
const NONE = '—';

/** A value of a column for people: its word, its date, or its number. A dash is an empty cell. */
export function cellText(value: number | null, kind: ColumnHolds | undefined): string {
  // JSON has null for a gap.
  if (value === null || Number.isNaN(value)) return NONE;
  switch (kind?.kind) {
    case 'category':
      return kind.values?.[value] ?? NONE;
    case 'date':
      return moment(value)?.slice(0, 10) ?? formatTick(value);
    case 'time':
      return moment(value)?.slice(0, 19).replace('T', ' ') ?? formatTick(value);
    default:
      return formatTick(value);
  }
}

/** Days since 1970-01-01 as an ISO date and time; undefined beyond the years that have one. */
function moment(days: number): string | undefined {
  const date = new Date(Math.round(days * DAY));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
