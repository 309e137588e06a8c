// What a page says of the command line, from its own definitions: flags, arguments, examples, exit
// codes. Each page has comments that name a part, and the part stands below. Start it with
// `node --conditions=@iresnet/source --import tsx`. `--check` writes nothing and fails when a page
// is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endings } from '../apps/cli/src/exit.ts';
import { createProgram } from '../apps/cli/src/program.ts';
import { conclude, root } from './workspaces.mjs';

const check = process.argv.includes('--check');
const pages = ['docs/command-line.md', 'apps/cli/README.md'];
const place =
  /(<!-- prettier-ignore-start -->\n<!-- ([a-z ]+), by `npm run readmes` -->\n)[^]*?(<!-- prettier-ignore-end -->)/g;

const commands = below(createProgram('0.0.0', () => {}));
const parts = {
  'list of commands': list(),
  commands: commands.map(section).join('\n\n'),
  'exit codes': exitTable(),
};
const problems = [];

for (const page of pages) {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  let found = 0;
  const written = text.replace(place, (whole, start, name, end) => {
    found++;
    const part = parts[name];
    if (part === undefined)
      problems.push(`${page} names the part '${name}', expected one of ${Object.keys(parts).join(', ')}`);
    return part === undefined ? whole : `${start}\n${part}\n\n${end}`;
  });
  if (found === 0) problems.push(`${page}: expected a part of ${Object.keys(parts).join(', ')}, got none`);
  if (written === text) continue;
  if (check) problems.push(`${page} is stale: run \`npm run readmes\``);
  else writeFileSync(path, written);
}
conclude(problems, `the flags of ${commands.length} commands are ${check ? 'as written' : 'written'}`);

/** All commands, those of a command behind it. */
function below(command) {
  const { commands: own } = command;
  return own.filter((one) => one.name() !== 'help').flatMap((one) => [one, ...below(one)]);
}

/** A row for each command: the first sentence of what it does, with a link to its part. */
function list() {
  const rows = commands.map((command) => {
    const name = nameOf(command);
    const [purpose] = /^.*?[.:;](?= |$)/.exec(command.description()) ?? [command.description()];
    return [`[\`${name}\`](#${name.replaceAll(' ', '-')})`, marked(purpose.replace(/[.:;]$/, ''))];
  });
  return table(['command', 'what it does'], rows);
}

/** What one command does, takes and knows. */
function section(command) {
  const help = command.createHelp();
  const { before, examples, after } = further(command);
  const words = command.registeredArguments.map(
    (word) => `- \`${help.argumentTerm(word)}\`: ${marked(valueOf(word).what)}${defaulted(valueOf(word))}`,
  );
  const options = help.visibleOptions(command).filter(known);
  const headings = [...new Set(options.map((option) => option.helpGroupHeading))];
  return [
    `## ${nameOf(command)}`,
    marked(command.description().replace(/\.?$/, '.')),
    fenced(help.commandUsage(command)),
    words.join('\n'),
    ...headings.flatMap((heading) => [
      heading === undefined ? '' : `### ${heading.replace(':', '')}`,
      flagTable(options.filter((option) => option.helpGroupHeading === heading)),
    ]),
    before,
    examples && fenced(examples),
    after,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What help lists for itself is no news. */
function known({ long }) {
  return long !== '--help' && long !== '--help-all';
}

function flagTable(options) {
  const rows = options.map((option) => {
    const { what, preset } = valueOf(option);
    return [`\`${option.flags.replaceAll('|', '\\|')}\``, marked(what), marked(preset)];
  });
  return table(['flag', 'what it says', 'default'], rows);
}

/** The description of an option or an argument, and its default, which may stand inside of it. */
function valueOf(of) {
  const { description, argChoices, defaultValue, negate, mandatory } = of;
  const isSwitch = of.isBoolean?.();
  const told = [...description.matchAll(/ ?\(default:? ([^()]*)\)/g)];
  if (told.length > 1) throw new Error(`expected one default in the description '${description}'`);
  const what = description.replace(told[0]?.[0] ?? '', '');
  const untold = argChoices?.every((choice) => what.includes(choice)) ? undefined : argChoices;
  const choices = untold ? `: ${untold.map((choice) => `\`${choice}\``).join(', ')}` : '';
  const own = negate ? '' : String(defaultValue ?? (isSwitch ? 'off' : ''));
  const preset = told[0]?.[1] ?? own;
  return {
    what: what + choices,
    preset: mandatory
      ? 'required'
      : /^\S+$/.test(preset) && !['off', 'nothing'].includes(preset)
        ? `\`${preset}\``
        : preset,
  };
}

function defaulted({ preset }) {
  return preset ? `; ${marked(preset)} by default` : '';
}

/** What help says below the flags: text, examples, text. */
function further(command) {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more) }).outputHelp();
  const below = text.slice(command.helpInformation().length);
  const [before = '', rest = ''] = below.split('\nExamples:\n');
  const [examples, after = ''] = rest.split(/\n\n(?! )/);
  const prose = (lines) => marked(lines.trim().replace(/\n/g, ' '));
  return {
    before: prose(before),
    examples: examples
      .trimEnd()
      .replace(/^ {2}\$ /gm, '')
      .replace(/(?<= {2})(?=\S)/gm, '# '),
    after: prose(after),
  };
}

function exitTable() {
  const rows = endings.map(({ codes, meaning, retry }) => [
    codes.join(', '),
    marked(meaning),
    retry ? 'yes' : codes.includes(0) ? '' : 'no',
  ]);
  return table(['exit code', 'meaning', 'worth another try'], rows);
}

/** Without `iresnet`, and of a command below another with the name of that one. */
function nameOf(command) {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

function fenced(text) {
  return `\`\`\`sh\n${text}\n\`\`\``;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text with its flags and variables as code, and no other mark; what is code already stays. */
function marked(text) {
  return text
    .split(
      /(`[^`]*`|"[^"]*\*[^"]*"|(?<![\w-])--?[a-z][\w-]*(?: <[a-z]+>(?:\/<[a-z]+>)?)?|-Infinity|\$[A-Z_]+(?:\/\w+)?)/,
    )
    .map((part, i) =>
      i % 2 === 0
        ? part.replace(/[*_<|[\]]/g, (sign) => `\\${sign}`)
        : `\`${part.replaceAll('`', '')}\``.replaceAll('|', '\\|'),
    )
    .join('');
}
