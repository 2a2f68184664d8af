import { SampanError } from '@sampan/driver';
import { connectionFailed, systemCodeOf } from '../../http/failure.ts';

/** Of the protocol. Source: draft-ietf-secsh-filexfer-02, section 7, which servers keep to. */
export const STATUS = { noSuchFile: 2, permissionDenied: 3, failure: 4, badMessage: 5, unsupported: 8 } as const;

/** The status with which the server refused; null for everything else, which is the connection's. */
export function statusOf(thrown: unknown): number | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : null;
}

export function loginRefused(username: string): SampanError {
  return new SampanError('login_refused', `The server does not let ${JSON.stringify(username)} in.`, {
    hint: 'Check user name, password and private key, and that the server allows this kind of log-in and SFTP for the user.',
    parameters: { username },
  });
}

export function keyUnusable(): SampanError {
  return new SampanError('login_refused', 'The private key cannot be read.', {
    hint: 'Paste the whole key file, from BEGIN to END, and check its passphrase.',
  });
}

export function hostUntrusted(host: string, found: string, isKnown: boolean): SampanError {
  const message = isKnown
    ? `The host key of ${host} is another one than the storage knows: it is ${found}.`
    : `The host key of ${host} is not known yet: it is ${found}.`;
  const hint = isKnown
    ? 'Ask the administrator of the server whether its key was changed. If not, somebody stands between: do not connect.'
    : 'Compare it with what the administrator of the server says (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and put it into the storage.';
  return new SampanError('storage_untrusted', message, { hint, parameters: { host, fingerprint: found } });
}

/** What answers is another service, or a server of this kind that has no place left just now. */
export function notSsh(host: string, greeting: string): SampanError {
  if (/MaxStartups|Not allowed at this time/.test(greeting)) {
    return new SampanError('storage_unavailable', `${host} has too many log-ins under way.`, {
      hint: 'Try again in a moment; fewer connections may help.',
      retryable: true,
      parameters: { host },
    });
  }
  return new SampanError('unexpected_answer', `${host} does not speak SSH as this client does.`, {
    hint: 'Check host and port: another service answers there, or one that is too old.',
    parameters: { host },
  });
}

/** What ssh2 threw while a connection was made or used. */
export function sshFailed(thrown: unknown, host: string, username: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const level = thrown instanceof Error && 'level' in thrown ? String(thrown.level) : '';
  if (level === 'client-authentication') return loginRefused(username);
  if (level === 'client-timeout') {
    return new SampanError('storage_timeout', `${host} was silent for too long.`, {
      hint: 'Try again; if it stays, check the server and the network to it.',
      retryable: true,
      parameters: { host },
    });
  }
  if (level === 'handshake') return notSsh(host, systemCodeOf(thrown));
  return connectionFailed(thrown, host);
}

/** A status that callers do not tell apart themselves. */
export function refused(status: number, path: string): SampanError {
  const parameters = { status, key: path };
  const name = JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path);
  if (status === STATUS.permissionDenied) {
    return new SampanError('permission_denied', `The server does not let the user do this to ${name}.`, {
      hint: 'Give the user the right to read and write in the folder of the storage.',
      parameters,
    });
  }
  if (status === STATUS.badMessage) {
    return new SampanError('invalid_key', `The server does not take the name ${name}.`, {
      hint: 'Choose another, shorter name.',
      parameters,
    });
  }
  if (status === STATUS.unsupported) {
    return new SampanError('not_supported', 'The server does not offer what this needs.', {
      hint: 'Sampan needs an SFTP server that can rename over an existing file, such as OpenSSH.',
      parameters,
    });
  }
  return new SampanError('storage_unavailable', `The server failed at ${name} (status ${status}).`, {
    hint: 'Look at the server: its disk may be full or broken, or a quota reached. It does not say more over SFTP.',
    parameters,
  });
}
