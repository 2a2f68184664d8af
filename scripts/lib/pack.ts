import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup.mjs';

/** What is published, each after what it depends on. The server and the console run from the checkout. */
export const PUBLISHED = [
  'driver',
  'accesskey',
  'qingzhou-sdk',
  'qingstor-sdk',
  'compute',
  'compute-conformance',
  'simulators',
  'qingstor-server',
  'storage',
  'storage-conformance',
  'backup',
  'cli',
];

type Exports = Record<string, string>;

interface Manifest {
  name: string;
  version: string;
  exports: Exports;
  bin?: Record<string, string>;
  devDependencies?: unknown;
  [field: string]: unknown;
}

function compile(source: string, target: string): void {
  const config = path.join(target, 'tsconfig.json');
  const options = {
    extends: path.join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      // Found from here, not from wherever the folder for packing is.
      typeRoots: [path.join(ROOT, 'node_modules/@types')],
      rootDir: path.join(source, 'src'),
      outDir: path.join(target, 'dist'),
      declaration: true,
      rewriteRelativeImportExtensions: true,
      allowImportingTsExtensions: false,
    },
    include: [path.join(source, 'src/**/*.ts'), path.join(source, 'src/**/*.json')],
    exclude: [
      path.join(source, 'src/**/*.test.ts'),
      path.join(source, 'src/**/testing.ts'),
      path.join(source, 'src/**/testing/**'),
    ],
  };
  writeFileSync(config, JSON.stringify(options));
  const done = spawnSync(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', config], { cwd: ROOT, encoding: 'utf8' });
  rmSync(config);
  if (done.status !== 0) throw new Error(`${source} does not compile:\n${done.stdout}${done.stderr}`);
}

/** `./src/index.ts` becomes the JavaScript and its types. */
function publishedExports(exports: Exports): Record<string, { types: string; default: string }> {
  const entries = Object.entries(exports).map(([name, file]) => {
    const compiled = file.replace('./src/', './dist/').replace(/\.ts$/, '');
    return [name, { types: `${compiled}.d.ts`, default: `${compiled}.js` }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Packs a package as JavaScript with types, ready for `npm publish`.
 * @returns path of the tarball in `folder`
 */
export function pack(name: string, folder: string): string {
  const source = path.join(ROOT, 'packages', name);
  const target = path.join(folder, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  compile(source, target);
  const { devDependencies: _, ...manifest } = JSON.parse(
    readFileSync(path.join(source, 'package.json'), 'utf8'),
  ) as Manifest;
  const published = { ...manifest, exports: publishedExports(manifest.exports), files: ['dist', 'bin'] };
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  cpSync(path.join(ROOT, 'LICENSE'), path.join(target, 'LICENSE'));
  for (const extra of ['README.md', 'bin']) {
    if (existsSync(path.join(source, extra)))
      cpSync(path.join(source, extra), path.join(target, extra), { recursive: true });
  }
  const done = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: target, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`npm pack of ${name} failed: ${done.stderr}`);
  return path.join(folder, done.stdout.trim().split('\n').at(-1) ?? '');
}
