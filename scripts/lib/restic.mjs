// The restic that has everything, from the Debian release that has it, by the machine's own package sources.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup.mjs';

const FOLDER = path.join(ROOT, '.cache', 'restic');
/** Which release to take it from: the machine's own, or the next one where its own is too old. */
const TAKEN_FROM = { bookworm: 'trixie', trixie: 'trixie' };
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where the restic is that set-up brought; null when there is none. */
export function broughtRestic() {
  const file = path.join(FOLDER, 'usr', 'bin', 'restic');
  return fs.existsSync(file) ? file : null;
}

function codename() {
  const text = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1];
}

/** The address of the archive that this machine installs its own release from, in either form of source lists. */
function archive(release) {
  const folder = '/etc/apt/sources.list.d';
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
  for (const file of ['/etc/apt/sources.list', ...files]) {
    if (!fs.existsSync(file)) continue;
    for (const stanza of fs.readFileSync(file, 'utf8').split(/\n\s*\n/)) {
      const suites = /^Suites:\s*(.*)$/m.exec(stanza)?.[1]?.split(/\s+/) ?? [];
      const uri = /^URIs:\s*(\S+)/m.exec(stanza)?.[1];
      if (uri && suites.includes(release)) return uri;
      for (const line of stanza.split('\n')) {
        const [, oldUri] = new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${release}\\s`).exec(line) ?? [];
        if (oldUri) return oldUri;
      }
    }
  }
  return undefined;
}

/** Only these sources, with lists of their own: nothing of the machine's apt is changed. */
function aptOptions(work) {
  return [
    ...['-o', `Dir::Etc::sourcelist=${path.join(work, 'sources.list')}`, '-o', 'Dir::Etc::sourceparts=-'],
    ...['-o', `Dir::State::lists=${path.join(work, 'lists')}`, '-o', `Dir::Cache=${path.join(work, 'cache')}`],
    ...['-o', `Dir::State::status=${path.join(work, 'status')}`, '-o', 'APT::Sandbox::User=root', '-q'],
  ];
}

/** Brings it when it is missing and can be had: signatures are verified by apt. Quiet: without what apt says. Answers the file, or why there is none. */
export function ensureRestic({ isQuiet = false } = {}) {
  const there = broughtRestic();
  if (there) return { file: there };
  const release = codename();
  const next = release && TAKEN_FROM[release];
  if (!next)
    return { missing: `nobody told where ${release ?? 'this system'} has it from; install restic 0.18 or newer` };
  const uri = archive(release);
  if (!uri || !fs.existsSync(KEYRING)) return { missing: 'the package sources of this machine were not understood' };
  const work = path.join(ROOT, '.cache', `restic-${process.pid}`);
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'out'])
      fs.mkdirSync(path.join(work, folder), { recursive: true });
    fs.writeFileSync(path.join(work, 'status'), '');
    fs.writeFileSync(path.join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${uri} ${next} main\n`);
    process.stderr.write(`Sampan: bringing restic of Debian ${next}\n`);
    const run = (command, args) =>
      spawnSync(command, args, { cwd: path.join(work, 'out'), stdio: isQuiet ? 'ignore' : ['ignore', 2, 2] }).status ===
      0;
    if (!run('apt-get', [...aptOptions(work), 'update'])) return { missing: 'its package lists could not be read' };
    if (!run('apt-get', [...aptOptions(work), 'download', 'restic'])) return { missing: 'it could not be downloaded' };
    const [file] = fs.readdirSync(path.join(work, 'out')).filter((name) => name.endsWith('.deb'));
    const unpacked = path.join(work, 'unpacked');
    if (!file || !run('dpkg-deb', ['-x', file, unpacked])) return { missing: 'the package could not be unpacked' };
    fs.rmSync(FOLDER, { recursive: true, force: true });
    fs.renameSync(unpacked, FOLDER);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return { file: broughtRestic() };
}
