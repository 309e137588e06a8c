/** Milliseconds of a day. */
const DAY = 86_400_000;

/** ISO 8601, with `/` for `-` and a blank for `T` allowed, as many programs write it. */
const ISO =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?$/i;

/** A date or a moment in a cell. */
export interface Moment {
  /** Days since 1970-01-01, in UTC. */
  readonly days: number;
  /** Whether the cell names a time of the day. */
  readonly timed: boolean;
}

/**
 * The date that a cell holds, year first: `2026-11-29`, `2026/11/29 12:30`; undefined for other
 * text.
 */
export function momentIn(text: string): Moment | undefined {
  if (text.length > 40) return undefined;
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [, year, , month, day, hour, minute = '0', second = '0', fraction = '0', zone] = found;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // The 30th of February is not the 2nd of March.
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour ?? 0) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const seconds = Number(hour ?? 0) * 3600 + Number(minute) * 60 + Number(`${second}.${fraction}`);
  const days = midnight.getTime() / DAY + (seconds - zoneSeconds(zone)) / 86_400;
  return { days, timed: hour !== undefined };
}

/**
 * How a date or a moment is written: `2026-11-29`, `2026-11-29T12:30:00.000Z`. Empty beyond all
 * calendars.
 */
export function writtenMoment(days: number, timed: boolean): string {
  const moment = new Date(Math.round(days * DAY));
  if (Number.isNaN(moment.getTime())) return '';
  const written = moment.toISOString();
  return timed ? written : written.slice(0, -'T00:00:00.000Z'.length);
}

/**
 * Whether a cell is a date or a time in a form that is not read: `11/29/2026`, `29 Nov 2026`,
 * `12:30`.
 */
export function isOtherDate(text: string): boolean {
  return (
    text.length <= 40 &&
    (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]|$)|^\d{1,2}:\d{2}(?::|$)/.test(text) ||
      /^(?:\p{L}{3,9},? )?(?:\d{1,2}[ -]\p{L}{3,9}|\p{L}{3,9} \d{1,2},?)[ -]'?\d{2,4}(?: |$)/u.test(text))
  );
}

function zoneSeconds(zone: string | undefined): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!found) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3]) * 60);
}
