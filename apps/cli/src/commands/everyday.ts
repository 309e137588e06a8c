import { Help, Option, type Command } from 'commander';

/** Let `--help` of a command list only these flags, words with blanks between, `--help-all` all. */
export function listEveryday(command: Command, flags: string): Command {
  const listed = new Set(`${flags} help help-all`.split(' '));
  let all = false;
  return command
    .addOption(new Option('--help-all', 'display help for every flag').helpGroup('Options:'))
    .on('option:help-all', () => {
      all = true;
      command.help();
    })
    .configureHelp({
      formatHelp(of, help) {
        const shown = help.visibleOptions(of).filter(({ long }) => all || listed.has(long!.slice(2)));
        help.visibleOptions = () => shown;
        return Help.prototype.formatHelp.call(help, of, help);
      },
    });
}
