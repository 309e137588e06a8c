// The workflows: whoever can change an action, a dependency or a title of a pull request must not
// get to publish.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument, visit, isMap, isScalar } from 'yaml';
import { conclude, root } from './workspaces.mjs';

/** A local action, or one of a full commit hash, with its version in a comment. */
const PINNED = /^\.\/|^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const VERSION = /^ v\d+\.\d+\.\d+$/;
/** What runs code of dependencies or of this repository. */
const RUNS_CODE =
  /\b(npm (ci|i|install|test|t|run|exec)|npx|yarn|pnpm|node|tsx|pip|make)\b|(^|\s)\.?\.?\/?[\w.-]+\/[\w./-]*run\b/m;

/**
 * What is wrong with a workflow.
 *
 * @param {string} text YAML
 * @param {string} file its name, for the messages
 * @returns {string[]}
 */
export function problemsOf(text, file) {
  const document = parseDocument(text);
  const problems = document.errors.map(({ message }) => `${file}: ${message}`);
  if (problems.length > 0) return problems;
  const fail = (what) => problems.push(`${file}: ${what}`);
  const workflow = document.toJS() ?? {};

  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value)) return;
      if (key.value === 'uses') {
        const { value: action, comment } = value;
        if (!PINNED.test(action)) fail(`'uses: ${action}' is not pinned to a full commit hash`);
        else if (!action.startsWith('./') && !VERSION.test(comment ?? ''))
          fail(`'uses: ${action}' lacks its version in a comment, such as # v1.2.3`);
      }
      if (key.value === 'run' && /\$\{\{/.test(value.value))
        fail('a run holds ${{ }}, whose text becomes code; pass it through env');
    },
    Map(_, map) {
      const uses = map.get('uses');
      if (typeof uses !== 'string' || !uses.startsWith('actions/checkout@')) return;
      const given = map.get('with');
      if (!isMap(given) || given.get('persist-credentials') !== false)
        fail('actions/checkout leaves its token for later steps: set persist-credentials: false');
    },
  });

  const triggers = typeof workflow.on === 'string' ? [workflow.on] : Object.keys(workflow.on ?? {});
  for (const name of ['pull_request_target', 'workflow_run'])
    if (triggers.includes(name) || (Array.isArray(workflow.on) && workflow.on.includes(name)))
      fail(`${name} runs with the rights of the repository on what others wrote`);
  if (workflow.permissions === undefined)
    fail('permissions are not set, so that every job has the default ones');
  if (writes(workflow.permissions))
    fail('permissions of all jobs include a right to write; give it to one job');
  if (/secrets\.|github\.token/.test(JSON.stringify(workflow.env ?? {})))
    fail('env of all jobs holds a secret');

  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    const secret = /secrets(\.|\[|:)|"secrets"/.test(JSON.stringify(job));
    if (!writes(job.permissions) && !secret) continue;
    const steps = job.steps ?? [];
    if (steps.some(({ run = '' }) => RUNS_CODE.test(run)))
      fail(`job ${name} can write or knows a secret, and runs code; do that in a job without rights`);
    if (/"cache":/.test(JSON.stringify(steps)))
      fail(`job ${name} can write or knows a secret, and reads a cache`);
  }
  return problems;
}

/** Whether permissions include one to write. */
function writes(permissions) {
  if (typeof permissions === 'string') return permissions !== 'read-all';
  return Object.values(permissions ?? {}).includes('write');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = join(root, '.github/workflows');
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  conclude(
    names.flatMap((name) =>
      problemsOf(readFileSync(join(folder, name), 'utf8'), `.github/workflows/${name}`),
    ),
    `${names.length} workflows: actions pinned, least rights, no code beside them`,
  );
}
