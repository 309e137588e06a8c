import { expect, test } from 'vitest';

const script = new URL('../../../scripts/check-workflows.mjs', import.meta.url).href;
const { problemsOf } = (await import(script)) as { problemsOf(text: string, file: string): string[] };

const hash = '249970729cb0ef3589644e2896645e5dc5ba9c38';
const workflow = (steps: string, job = '', top = 'permissions: {}'): string =>
  `on: push\n${top}\njobs:\n  a:\n    runs-on: x\n${job}    steps:\n${steps}`;
const setup = `      - uses: actions/setup-node@${hash} # v6.5.0\n`;
const writing = '    permissions:\n      contents: write\n';

test('a pinned action in a job with least rights passes', () => {
  expect(problemsOf(workflow(`${setup}      - run: npm ci\n`), 'w')).toEqual([]);
  expect(problemsOf(workflow(`${setup}      - run: npm publish x.tgz\n`, writing), 'w')).toEqual([]);
});

test.each([
  ['a moving tag', workflow('      - uses: actions/setup-node@v6\n'), /not pinned to a full commit hash/],
  ['a branch', workflow('      - uses: a/b/c@main\n'), /not pinned/],
  ['a short hash', workflow(`      - uses: a/b@${hash.slice(0, 12)} # v1.0.0\n`), /not pinned/],
  ['a hash without its version', workflow(`      - uses: a/b@${hash}\n`), /lacks its version/],
  ['a reusable workflow by tag', 'on: push\npermissions: {}\njobs:\n  a:\n    uses: a/b/.github/workflows/c.yml@v1\n', /not pinned/], // prettier-ignore
  ['a checkout that leaves its token', workflow(`      - uses: actions/checkout@${hash} # v6.1.0\n`), /persist-credentials/], // prettier-ignore
  ['text that becomes code', workflow('      - run: echo ${{ github.event.issue.title }}\n'), /becomes code/],
  ['default rights', workflow(setup, '', ''), /permissions are not set/],
  ['rights of all jobs', workflow(setup, '', 'permissions:\n  id-token: write'), /give it to one job/],
  ['all rights', workflow(setup, '', 'permissions: write-all'), /give it to one job/],
  ['tests with a right to write', workflow('      - run: npm ci && npm test\n', writing), /runs code/],
  ['a script with a right to write', workflow('      - run: .ci/run\n', writing), /runs code/],
  ['a script that knows a secret', workflow('      - run: npx x\n        env:\n          T: ${{ secrets.T }}\n'), /runs code/], // prettier-ignore
  [
    'a cache beside a secret',
    workflow(`${setup}        with:\n          cache: npm\n`, writing),
    /reads a cache/,
  ],
  ['a trigger with rights', 'on: [pull_request_target]\npermissions: {}\njobs: {}\n', /pull_request_target/],
  ['what is no YAML', 'on: [', /w: /],
])('%s is refused', (_name, text, message) => {
  expect(problemsOf(text, 'w').join('\n')).toMatch(message);
});
