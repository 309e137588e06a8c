import { limits } from '../limits';

/** The decimal marks that tables use. */
export const decimalMarks = ['.', ','] as const;
/** The mark between the whole and the fraction of a number. */
export type DecimalMark = (typeof decimalMarks)[number];

/** The marks between groups of digits that tables use; a blank stands for narrow ones too. */
export const groupingMarks = [',', '.', ' ', "'", '_'] as const;
/** The mark between groups of digits, as in `1,234,567`. */
export type GroupingMark = (typeof groupingMarks)[number];

/** How the numbers of a table are written. */
export interface NumberMarks {
  readonly decimal: DecimalMark;
  /** Absent: digits are not grouped. */
  readonly grouping?: GroupingMark;
}

/** The marks among the options of a table. */
export function numberMarks({ decimal = '.', grouping }: Partial<NumberMarks>): NumberMarks {
  return { decimal, ...(grouping !== undefined && { grouping }) };
}

/** A decimal number as spreadsheets write it. No digit is looked at twice. */
const NUMBERS: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/,
  ',': /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/,
};

/** What programs write where there is no value. */
const MISSING = /^(?:|-+|\?+|\.+|\*+|n\/?a|<na>|nan|nil|null|none|missing|void|#.*[!?]|#n\/a)$/i;

/** Whether a cell stands for a value that is missing. */
export function isMissing(text: string): boolean {
  return text.length <= 12 && MISSING.test(text);
}

/** The number in a cell without blanks around it; NaN where there is none. */
export function numberIn(text: string, { decimal, grouping }: NumberMarks): number {
  if (text.length > limits.numberCharacters) return NaN;
  if (NUMBERS[decimal].test(text)) return pointed(text, decimal);
  if (grouping === undefined || !isGrouped(text, decimal, grouping)) return NaN;
  return pointed(text.replaceAll(GROUPS[grouping], ''), decimal);
}

/** Whether the number in a cell is written as a whole one. */
export function isWhole(text: string, { decimal }: NumberMarks): boolean {
  return !text.includes(decimal) && !/e/i.test(text);
}

function pointed(text: string, decimal: DecimalMark): number {
  return Number(decimal === ',' ? text.replace(',', '.') : text);
}

/** What stands for a mark between groups of digits. */
const GROUPS: Readonly<Record<GroupingMark, RegExp>> = {
  ',': /,/g,
  '.': /\./g,
  ' ': /[ \u00a0\u2009\u202f]/g,
  "'": /['’]/g,
  _: /_/g,
};

/** Whether the digits are in groups of three; those above the last may have two, as in India. */
function isGrouped(text: string, decimal: DecimalMark, grouping: GroupingMark): boolean {
  const [whole = '', fraction = '', ...more] = text.split(decimal);
  const [first = '', ...groups] = whole.replace(/^[+-]/, '').split(GROUPS[grouping]);
  return (
    more.length === 0 &&
    /^\d*$/.test(fraction) &&
    /^\d{1,3}$/.test(first) &&
    /^\d{3}$/.test(groups.at(-1) ?? '') &&
    groups.every((group) => /^\d{2,3}$/.test(group))
  );
}

/** Whether a cell is meant as a number, with either decimal mark or with grouped digits. */
export function isNumeric(text: string): boolean {
  if (text.length === 0 || text.length > limits.numberCharacters) return false;
  return NUMBERS['.'].test(text) || NUMBERS[','].test(text) || GROUPED.test(text);
}

const GROUPED = /^[+-]?\d{1,3}(?:([ ,.'’_\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/;

/** What a cell looks like that is not a number, in brackets, with a blank before; or nothing. */
export function lookOf(text: string, { decimal }: NumberMarks): string {
  if (text.length > limits.numberCharacters) return '';
  const look = LOOKS.find(({ like }) => (typeof like === 'function' ? like(text, decimal) : like.test(text)));
  return look ? ` (${typeof look.say === 'function' ? look.say(text, decimal) : look.say})` : '';
}

/** The options, each enough, under which a cell that is not a number would be one. */
export function otherMarks(text: string, { decimal }: NumberMarks): readonly Partial<NumberMarks>[] {
  const [, mark = 'none'] = GROUPED.exec(text) ?? [];
  const grouping = groupingMarks.find((known) => mark.search(GROUPS[known]) === 0);
  const other = decimal === '.' ? ',' : '.';
  return [
    ...(grouping === undefined || grouping === decimal ? [] : [{ grouping }]),
    ...(hasOtherMark(text, decimal) ? [{ decimal: other } as const] : []),
    ...(grouping === undefined || grouping === other ? [] : [{ decimal: other, grouping } as const]),
  ]
    .filter((marks) => isNumberWith(text, { decimal, ...marks }))
    .slice(0, 2);
}

/** Whether a cell is a number with the other decimal mark. */
function hasOtherMark(text: string, decimal: DecimalMark): boolean {
  const other = decimal === '.' ? ',' : '.';
  return text.includes(other) && isNumberWith(text, { decimal: other });
}

function isNumberWith(text: string, marks: NumberMarks): boolean {
  return !Number.isNaN(numberIn(text, marks));
}

interface Look {
  readonly like: RegExp | ((text: string, decimal: DecimalMark) => boolean);
  readonly say: string | ((text: string, decimal: DecimalMark) => string);
}

const LOOKS: readonly Look[] = [
  { like: isMissing, say: 'a missing value' },
  {
    // `1,689` is one of two numbers.
    like: (text, decimal) => decimal === '.' && /^[+-]?\d{1,3},\d{3}$/.test(text),
    say: (text) =>
      `the decimal mark is '.'; is it ${text.replace(',', '')} with grouped digits, or ${text.replace(',', '.')} with a decimal comma?`,
  },
  { like: GROUPED, say: (text) => `grouped digits; write it as ${ungrouped(text)}` },
  {
    like: (text, decimal) => hasOtherMark(text, decimal),
    say: (_, decimal) => `the decimal mark is '${decimal}'`,
  },
  { like: /^[+-]?[\d.,]+ ?%$/, say: 'a percentage; write it without the sign' },
  {
    like: /^[+-]?\p{Sc} ?[+-]?[\d.,]+$|^[+-]?[\d.,]+ ?\p{Sc}$/u,
    say: 'an amount; write it without the currency',
  },
  {
    like: /^[\u2010-\u2015\u2212\ufe63\uff0d] ?[\d.,]/,
    say: (text) => `its minus is ${codeOf(text[0]!)}, not '-'`,
  },
  { like: /^[+-]?[\d.]+[dD][+-]?\d+$/, say: 'write the exponent with E' },
  { like: /^(?:true|false|yes|no|t|f|y|n)$/i, say: 'a truth value; write it as 1 or 0' },
  {
    like: /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]|$)|^\d{1,2}:\d{2}(?::|$)/,
    say: 'a date or a time; write it as a number',
  },
  { like: /^[+-]?inf(?:inity)?$/i, say: 'it is not finite' },
  { like: /^[+-]?0x[\da-f]+$/i, say: 'a hexadecimal number; write it with the digits 0 to 9' },
  {
    like: (text) => /\p{Nd}/u.test(text.replaceAll(/\d/g, '')),
    say: (text) => `a digit is ${codeOf(/(?!\d)\p{Nd}/u.exec(text)![0])}, not one of 0 to 9`,
  },
  { like: /^[+-]?(?!0\d)[\d.,]+ ?[\p{L}°µ]{1,4}$/u, say: 'write it without its unit' },
];

/**
 * Digits without their groups; the last mark is the decimal one if it stands once and another
 * groups.
 */
function ungrouped(text: string): string {
  const [, group = ','] = GROUPED.exec(text) ?? [];
  return text.replaceAll(group, '').replace(',', '.');
}

function codeOf(char: string): string {
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
