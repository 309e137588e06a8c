import { Help, Option, type Command } from 'commander';

/** Let `--help` of a command list only these flags, by their long names, and `--help-all` all. */
export function listEveryday(command: Command, flags: readonly string[]): Command {
  const listed = new Set([...flags, '--help', '--help-all']);
  let all = false;
  return command
    .addOption(new Option('--help-all', 'display help for every flag').helpGroup('Options:'))
    .on('option:help-all', () => {
      all = true;
      command.help();
    })
    .configureHelp({
      visibleOptions: (of) =>
        new Help().visibleOptions(of).filter(({ long }) => all || listed.has(long ?? '')),
    });
}
