import { hostname } from 'node:os';
import type { Command } from 'commander';
import { ask, readStdin } from '../ask.ts';
import { Api, plainRequest, toCommandError } from '../client/api.ts';
import { connection, findProfile, removeProfile, saveProfile, serverAddress } from '../client/profile.ts';
import type { AccessKeyView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';

async function json(url: string, init: RequestInit): Promise<{ response: Response; body: unknown }> {
  const response = await plainRequest(url, init);
  if (!response.ok) throw await toCommandError(response);
  return { response, body: response.status === 204 ? null : await response.json() };
}

/** Logs in once with the password to make an AccessKey, which is what is kept; the session is ended again. */
async function makeAccessKey(url: string, username: string, password: string): Promise<AccessKeyView> {
  const headers = { 'content-type': 'application/json' };
  const { response } = await json(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ username, password }),
  });
  const cookie = (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  try {
    const description = `CLI on ${hostname()}`;
    const made = await json(`${url}/api/v1/access-keys`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: JSON.stringify({ description }),
    });
    return made.body as AccessKeyView;
  } finally {
    await json(`${url}/api/v1/sessions/current`, { method: 'DELETE', headers: { cookie } });
  }
}

export function addLoginCommands(program: Command): void {
  program
    .command('login')
    .description('log in to a server: makes an AccessKey and keeps it in a profile')
    .option('--url <url>', 'address of the server (SAMPAN_URL)', process.env.SAMPAN_URL ?? 'http://127.0.0.1:7300')
    .option('--username <name>', 'user name; asked for when not given')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (options: { url: string; username?: string; passwordStdin?: boolean }, command: Command) => {
      const { output, profile } = contextOf(command);
      const url = serverAddress(options.url);
      const username = options.username ?? (await ask('User name: ', 'open'));
      const password = options.passwordStdin ? await readStdin() : await ask('Password: ', 'secret');
      const previous = findProfile(process.env, profile);
      const key = await makeAccessKey(url, username, password);
      const made = { url, accessKeyId: key.accessKeyId, accessKeySecret: key.accessKeySecret ?? '' };
      const file = saveProfile(process.env, profile, made);
      if (previous?.url === url) await forgetKey(new Api(made), previous.accessKeyId);
      if (output.json) output.data({ url, username, profile, accessKeyId: key.accessKeyId });
      else output.note(`Logged in to ${url} as ${username}. AccessKey ${key.accessKeyId} is kept in ${file}.`);
    });

  program
    .command('logout')
    .description('delete the AccessKey of the profile, and the profile')
    .action(async (_options: object, command: Command) => {
      const { output, profile } = contextOf(command);
      const kept = findProfile(process.env, profile);
      if (!kept) throw new CommandError(`There is no profile ${profile}.`);
      await forgetKey(new Api(kept), kept.accessKeyId);
      removeProfile(process.env, profile);
      output.note(`Logged out of ${kept.url}.`);
    });

  program
    .command('whoami')
    .description('show the server, the user and the AccessKey in use')
    .action(async (_options: object, command: Command) => {
      const { output, api, profile } = contextOf(command);
      const { url } = connection(process.env, profile);
      const me = await api().get<{
        user: { username: string; role: string };
        accessKeyId: string;
        server: { version: string };
      }>('/sessions/current');
      output.record(
        {
          url,
          username: me.user.username,
          role: me.user.role,
          accessKeyId: me.accessKeyId,
          version: me.server.version,
        },
        [
          ['SERVER', (row) => row.url],
          ['VERSION', (row) => row.version],
          ['USER', (row) => row.username],
          ['ROLE', (row) => row.role],
          ['ACCESSKEY', (row) => row.accessKeyId],
        ],
      );
    });
}

/** An AccessKey nobody holds any more should not stay valid. */
async function forgetKey(api: Api, accessKeyId: string): Promise<void> {
  for await (const key of api.items<AccessKeyView>('/access-keys', {}, 1000)) {
    if (key.accessKeyId === accessKeyId) return api.delete(`/access-keys/${key.id}`);
  }
}
