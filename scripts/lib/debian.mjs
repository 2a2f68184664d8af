// Programs that tests run for real, from Debian's packages.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fail } from './setup.mjs';

const PROGRAMS = [
  { package: 'chromium', isThere: () => fs.existsSync('/usr/bin/chromium') },
  { package: 'fonts-noto-cjk', isThere: () => fs.existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc') },
  { package: 'restic', isThere: () => fs.existsSync('/usr/bin/restic') },
  // Servers for the storage drivers: SFTP, WebDAV (two of them), and OpenStack Swift with its S3 API.
  { package: 'openssh-server', isThere: () => fs.existsSync('/usr/sbin/sshd'), services: ['ssh'] },
  { package: 'apache2-bin', isThere: () => fs.existsSync('/usr/sbin/apache2') },
  { package: 'lighttpd-mod-webdav', isThere: () => fs.existsSync('/usr/lib/lighttpd/mod_webdav.so') },
  { package: 'lighttpd', isThere: () => fs.existsSync('/usr/sbin/lighttpd'), services: ['lighttpd'] },
  ...Object.entries({
    proxy: [],
    account: ['auditor', 'reaper', 'replicator'],
    container: ['auditor', 'reconciler', 'replicator', 'sharder', 'sync', 'updater'],
    object: ['auditor', 'reconstructor', 'replicator', 'updater'],
  }).map(([part, helpers]) => ({
    package: `swift-${part}`,
    isThere: () => fs.existsSync(`/usr/bin/swift-${part}-server`),
    services: [`swift-${part}`, ...helpers.map((helper) => `swift-${part}-${helper}`)],
  })),
  { package: 'postgresql', isThere: () => fs.existsSync('/usr/lib/postgresql') },
];

/** Not started at the next start of the machine either; whoever wants it says `systemctl unmask`. */
function maskService(service) {
  const unit = `/etc/systemd/system/${service}.service`;
  fs.mkdirSync('/etc/systemd/system', { recursive: true });
  if (!fs.existsSync(unit)) fs.symlinkSync('/dev/null', unit);
}

/** Installs what is missing when this is Debian and we are root; otherwise says what to install. */
export function ensurePrograms() {
  const programs = PROGRAMS.filter((program) => !program.isThere());
  const missing = programs.map((program) => program.package);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const canInstall = process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get');
  if (!canInstall) fail(`The tests need: ${missing.join(', ')}. On Debian: apt-get ${install.join(' ')}`);
  process.stderr.write(`Sampan: installing for the tests: ${missing.join(', ')}\n`);
  // A cluster of Debian's own is not wanted: tests start throw-away servers themselves.
  fs.mkdirSync('/etc/postgresql-common', { recursive: true });
  if (!fs.existsSync('/etc/postgresql-common/createcluster.conf')) {
    fs.writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=400', '-q', ...args], { stdio: ['ignore', 2, 2], env }).status ===
    0;
  // None of them is to run by itself: the tests start their own, on free ports of the loopback.
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !fs.existsSync(policy);
  if (isOurs) fs.writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  for (const service of programs.flatMap(({ services = [] }) => services)) maskService(service);
  const isDone = apt(['update']) && apt(install);
  if (isOurs) fs.rmSync(policy);
  if (!isDone) fail(`apt-get could not install ${missing.join(', ')}.`);
}
