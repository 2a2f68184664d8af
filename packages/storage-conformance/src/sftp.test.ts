import { after, describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { sftpHarness } from './testing/sftp.ts';
import { startSshd } from './testing/sshd.ts';

const sshd = startSshd();
after(async () => (await sshd).close());

storageConformance({ describe, test }, { name: 'sftp, against OpenSSH', create: async () => sftpHarness(await sshd) });
