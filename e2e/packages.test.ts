import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PUBLISHED, pack } from '../scripts/lib/pack.ts';
import { CHECKOUT } from './lib/checkout.ts';

describe('the packed packages, installed elsewhere', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-packed-'));
  const project = path.join(folder, 'project');

  before(() => {
    const tarballs = PUBLISHED.map((name) => pack(name, folder));
    mkdirSync(project);
    writeFileSync(
      path.join(project, 'package.json'),
      JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }),
    );
    const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], {
      cwd: project,
      encoding: 'utf8',
    });
    assert.equal(installed.status, 0, installed.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  for (const name of PUBLISHED) {
    test(`${name} is JavaScript with types, and the example of its README runs`, () => {
      const source = path.join(CHECKOUT, 'packages', name);
      const { name: published } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
      const installed = path.join(project, 'node_modules', published);
      const { exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
      for (const entry of Object.values(exports) as { types: string; default: string }[]) {
        assert.ok(
          existsSync(path.join(installed, entry.types)) && existsSync(path.join(installed, entry.default)),
          JSON.stringify(entry),
        );
      }
      const readme = readFileSync(path.join(installed, 'README.md'), 'utf8');
      const [, kind, code] = /```(ts|sh)\n([\s\S]*?)```/.exec(readme) ?? [];
      const [, printed] = /```text\n([\s\S]*?)```/.exec(readme) ?? [];
      assert.ok(code && printed, 'the README has an example and says what it prints');
      const run =
        kind === 'sh'
          ? spawnSync('sh', ['-e'], { input: code, cwd: project, encoding: 'utf8', timeout: 60_000 })
          : spawnSync(
              process.execPath,
              ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-'],
              {
                input: code,
                cwd: project,
                encoding: 'utf8',
                timeout: 60_000,
              },
            );
      assert.equal(run.stdout, printed, run.stderr);
    });
  }
});
