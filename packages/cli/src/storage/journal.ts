import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { PutResume } from '@sampan/storage';

/** Smaller files are sent anew: that is as fast as asking what is there. */
export const RESUMED_UPLOAD_FROM = 8 * 1024 * 1024;

function folder(): string {
  const base = process.env.XDG_STATE_HOME || path.join(process.env.HOME || homedir(), '.local', 'state');
  return path.join(base, 'sampan', 'uploads');
}

/** What an upload is of and where it goes: another content or another place is another upload. */
export interface UploadIdentity {
  target: string;
  key: string;
  file: string;
  size: number;
  modified: number;
}

/** Remembers an upload on this machine, so that a killed one is gone on with instead of sent anew. */
export function uploadJournal(identity: UploadIdentity): { resume: PutResume; forget(): void } {
  const { target, key, file, size, modified } = identity;
  const name = createHash('sha256')
    .update([target, key, path.resolve(file), size, modified].join('\0'))
    .digest('hex');
  const entry = path.join(folder(), `${name.slice(0, 40)}.json`);
  let token: string | null = null;
  try {
    const saved = JSON.parse(readFileSync(entry, 'utf8')) as { token?: unknown };
    if (typeof saved.token === 'string') token = saved.token;
  } catch {
    // None, or one that was being written when the machine stopped: the upload begins anew.
  }
  return {
    resume: {
      token,
      onBegin(made) {
        mkdirSync(folder(), { recursive: true, mode: 0o700 });
        writeFileSync(entry, JSON.stringify({ token: made, key, begun: new Date().toISOString() }), { mode: 0o600 });
      },
    },
    forget: () => rmSync(entry, { force: true }),
  };
}
