import { InvalidArgumentError, type Command } from 'commander';
import { choice } from './flags';

/** The flags of `TableForm`: how the text of a table is written. */
export function addTableFlags(command: Command): Command {
  return command
    .addOption(
      choice(
        '--header <when>',
        'whether the first line of a table names its columns: yes, no, or auto, which says what it decided (default: auto)',
        ['yes', 'no', 'auto'],
      ),
    )
    .option(
      '--separator <char>',
      'what stands between the fields: a character, tab, or blank for runs of blanks (default: found out)',
      separator,
    )
    .addOption(choice('--decimal <mark>', 'the decimal mark of a table (default: .)', ['.', ',']));
}

const WORDS: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  blank: ' ',
  space: ' ',
  comma: ',',
};

function separator(text: string): string {
  const char = WORDS[text.toLowerCase()] ?? text;
  if (/^[^\p{L}\p{N}"'\n\r.+\-#]$/u.test(char)) return char;
  throw new InvalidArgumentError('Expected one character that is not part of a number, tab or blank.');
}
