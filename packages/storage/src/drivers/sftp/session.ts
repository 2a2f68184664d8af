import { createHash } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import type { Client, ConnectConfig, SFTPWrapper } from 'ssh2';
import type { StorageEnvironment } from '../../contract.ts';
import { egressForbidden } from '../../errors.ts';
import { connectionFailed } from '../../http/failure.ts';
import { hostUntrusted, keyUnusable, notSsh, sshFailed } from './errors.ts';
import type { SftpOptions } from './options.ts';

/** One SSH connection with its SFTP channel; requests on it overlap. */
export interface Session {
  readonly sftp: SFTPWrapper;
  isOpen(): boolean;
  /** Rejects when the connection ends: calls race with it, since an answer may never come. */
  readonly ended: Promise<never>;
  end(): void;
}

/** Of a host key, as `ssh-keygen -l` writes it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

const KEEP_ALIVES = 3;

function openSocket(options: SftpOptions, environment: StorageEnvironment): Promise<Socket> {
  const { host, port, timeoutMs } = options;
  if (isIP(host) !== 0 && environment.allowsAddress?.(host) === false) return Promise.reject(egressForbidden(host));
  return new Promise((resolve, reject) => {
    const { lookup } = environment;
    const socket = connect({ host, port, noDelay: true, ...(lookup && { lookup }) });
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(connectionFailed(error, host));
    };
    socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error('silent'), { code: 'UND_ERR_CONNECT_TIMEOUT' })));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.removeListener('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

async function load() {
  // Loaded when the first storage of this kind is used.
  const { default: ssh2 } = await import('ssh2');
  return ssh2;
}

/** Connects, checks the host key before anything secret is sent, logs in and opens SFTP. */
export async function openSession(options: SftpOptions, environment: StorageEnvironment): Promise<Session> {
  const ssh2 = await load();
  const { host, username, password, privateKey, passphrase, hostKey, timeoutMs } = options;
  if (privateKey !== undefined && ssh2.utils.parseKey(privateKey, passphrase) instanceof Error) throw keyUnusable();
  const socket = await openSocket(options, environment);
  const client: Client = new ssh2.Client();
  let untrusted: string | null = null;
  const config: ConnectConfig = {
    sock: socket,
    username,
    ...(password !== undefined && { password, tryKeyboard: true }),
    ...(privateKey !== undefined && { privateKey }),
    ...(passphrase !== undefined && { passphrase }),
    readyTimeout: timeoutMs,
    keepaliveInterval: Math.ceil(timeoutMs / KEEP_ALIVES),
    keepaliveCountMax: KEEP_ALIVES,
    hostVerifier: (key: Buffer) => {
      const found = fingerprintOf(key);
      if (found === hostKey) return true;
      untrusted = found;
      return false;
    },
  };
  client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
    finish(prompts.map(() => password ?? '')),
  );
  let greeting: string | null = null;
  const failure = (error: unknown) => {
    if (untrusted !== null) return hostUntrusted(host, untrusted, hostKey !== undefined);
    return greeting === null ? sshFailed(error, host, username) : notSsh(host, greeting);
  };
  let isOpen = true;
  let lose: (error: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    lose = reject;
  });
  ended.catch(() => undefined);
  const end = (error: unknown = new Error('the connection ended')): void => {
    isOpen = false;
    lose(failure(error));
    client.destroy();
    socket.destroy();
  };
  client.on('error', end);
  client.on('close', () => end());
  client.on('end', () => end());
  try {
    const sftp = await Promise.race([
      ended,
      new Promise<SFTPWrapper>((resolve, reject) => {
        client.once('ready', () => client.sftp((error, made) => (error ? reject(error) : resolve(made))));
        // Other services answer with words of their own, and hang up.
        socket.once('data', (first: Buffer) => {
          const words = first.toString('latin1').slice(0, 60);
          if (!words.startsWith('SSH-')) greeting = words;
        });
        client.connect(config);
      }),
    ]);
    sftp.on('error', end);
    sftp.on('close', () => end());
    return { sftp, isOpen: () => isOpen, ended, end: () => end() };
  } catch (error) {
    end(error);
    throw failure(error);
  }
}
