/**
 * Refuse prose in comments that is longer than 100 columns. Examples in them are code, and tables
 * are as wide as they must be.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const WIDTH = 100;
const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const found = [];
for (const file of files) {
  let fenced = false;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      const [, text] = /^\s*(?:\/\*\*?|\*|\/\/)(?: |$)(.*)/.exec(line) ?? [];
      if (text === undefined) fenced = false;
      else if (text.startsWith('```')) fenced = !fenced;
      else if (!fenced && line.length > WIDTH && !/^\||^ {2,}\S/.test(text))
        found.push(`${file}:${i + 1}: ${line.length} columns`);
    });
}
for (const line of found) console.error(line);
if (found.length > 0) {
  console.error(`${found.length} lines of comments are longer than ${WIDTH} columns`);
  process.exitCode = 1;
} else console.log(`✓ no line of a comment in ${files.length} files is longer than ${WIDTH} columns`);
