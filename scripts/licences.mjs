// The licences of everything that a user of the published packages installs, from the bill of
// materials that npm makes of the lockfile: `node scripts/licences.mjs`. A licence that is not
// known to allow any use fails. `--sbom FILE` also writes the bill (CycloneDX).
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { conclude, root, workspaces } from './workspaces.mjs';

/** Licences that allow use, change and distribution, with the text kept. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
]);

const ours = workspaces().filter(({ manifest }) => !manifest.private);
const args = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'];
const bill = execFileSync('npm', [...args, ...ours.flatMap(({ manifest }) => ['-w', manifest.name])], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
const at = process.argv.indexOf('--sbom');
if (at > 0) writeFileSync(process.argv[at + 1], bill);

const names = new Set(ours.map(({ manifest }) => `${manifest.name}@${manifest.version}`));
const byLicence = new Map();
const problems = [];
for (const { 'bom-ref': id, licenses = [] } of JSON.parse(bill).components) {
  if (names.has(id)) continue;
  const stated = licenses.map((one) => one.expression ?? one.license.id ?? one.license.name).join(' AND ');
  const licence = stated || 'none';
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), id]);
  const alternatives = licence.replace(/[()]/g, '').split(' OR ');
  if (!alternatives.some((one) => one.split(' AND ').every((part) => allowed.has(part))))
    problems.push(`${id}: expected a licence of scripts/licences.mjs, got ${licence}`);
}
for (const [licence, found] of [...byLicence].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${licence}\n  ${found.sort().join('\n  ')}`);
conclude(problems, `${[...byLicence.values()].flat().length} packages of others, ${byLicence.size} licences`);
