import { groupingMarks, type GroupingMark } from '@iresnet/datasets';
import { InvalidArgumentError, type Command } from 'commander';
import { nameList } from '../terminal/nameList';
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
    .addOption(choice('--decimal <mark>', 'the decimal mark of a table (default: .)', ['.', ',']))
    .option(
      '--grouping <mark>',
      "what stands between groups of digits, as in 1,234,567: , . ' _ or blank (default: nothing)",
      grouping,
    );
}

/** The flags that say which columns of a table to take, and what they hold. */
export function addColumnFlags(command: Command): Command {
  return command
    .option(
      '--columns <names>',
      'columns of the file, comma-separated; a name with a comma in double quotes (default: all with a name)',
      nameList,
    )
    .option('--exclude <names>', 'columns to leave out', nameList)
    .option('--id <names>', 'columns that name the rows; the model does not learn them', nameList)
    .option(
      '--schema <file>',
      'what the columns hold, as JSON: the schema.json of a run, changed by hand (default: found out, and told)',
    )
    .option('--test <file>', 'rows to judge on, in place of some that are held out of the table')
    .addOption(
      choice(
        '--missing <rule>',
        'rows without a value in a column: refuse them (in a column of words no value is one more word), drop them, or marginal: a model that takes them, fills them in and knows p(some columns | others) (default: refuse)',
        ['refuse', 'drop', 'marginal'],
      ),
    )
    .option(
      '--given <names>',
      'columns that are known of each row: the model is then the density of the others given these, and of any kind',
      nameList,
    )
    .option('--weights <name>', 'column of weights: a row of weight 2 counts as two rows, one of 0 as none')
    .option('--label <name>', 'column with class names; the model then also classifies (iris: species)');
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

function grouping(text: string): GroupingMark {
  const mark = groupingMarks.find((known) => known === (WORDS[text.toLowerCase()] ?? text));
  if (mark !== undefined) return mark;
  throw new InvalidArgumentError("Expected one of , . ' _ and blank.");
}
