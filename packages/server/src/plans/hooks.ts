import { spawn } from 'node:child_process';
import { SampanError } from '@sampan/driver';
import type { Static } from 'typebox';
import type { OperationContext } from '../operations/kinds.ts';
import type { Egress } from '../platform/egress.ts';
import { InvalidRequest } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { placeIn, type SealedColumn, type Sealer } from '../platform/secrets/sealer.ts';
import type { Actor } from '../policy/actor.ts';
import type { Db } from '../tables.ts';
import type { HookInput } from './schema.ts';
import type { Hook, HookMoment } from './settings.ts';

const MOST_OUTPUT = 4_000;
const DEFAULT_TIMEOUT_SECONDS = 60;

export const PLAN_SECRETS: SealedColumn = { table: 'plan_secrets', column: 'sealed', id: 'plan_id', field: 'field' };

function place(planId: string, hookId: string) {
  return placeIn(PLAN_SECRETS, planId, hookId);
}

export async function openUrls(db: Db, sealer: Sealer, planId: string): Promise<Map<string, string>> {
  const rows = await db.selectFrom('plan_secrets').selectAll().where('plan_id', '=', planId).execute();
  return new Map(rows.map(({ field, sealed }) => [field, sealer.open(sealed, place(planId, field))]));
}

export async function saveUrls(
  db: Db,
  sealer: Sealer,
  planId: string,
  urls: ReadonlyMap<string, string>,
): Promise<void> {
  await db.deleteFrom('plan_secrets').where('plan_id', '=', planId).execute();
  const rows = [...urls].map(([field, url]) => ({
    ...{ plan_id: planId, field, sealed: sealer.seal(url, place(planId, field)) },
  }));
  if (rows.length > 0) await db.insertInto('plan_secrets').values(rows).execute();
}

/** Reads hooks as given; an address that is absent is that of the hook with the same id. @throws InvalidRequest */
export function readHooks(
  given: readonly Static<typeof HookInput>[],
  known: { hooks: readonly Hook[]; urls: ReadonlyMap<string, string> },
  rules: { actor: Actor; allowCommands: boolean },
): { hooks: Hook[]; urls: Map<string, string> } {
  const urls = new Map<string, string>();
  const hooks = given.map((each, index): Hook => {
    const field = (name: string): string => `hooks.${index}.${name}`;
    const before = known.hooks.find((hook) => hook.id === each.id);
    if (each.id !== undefined && !before) {
      throw new InvalidRequest([{ field: field('id'), code: 'not_found', message: 'this plan has no such hook' }]);
    }
    const id = before?.id ?? newId(Date.now());
    const command = each.command ?? before?.command ?? [];
    if (each.kind === 'web') {
      const url = each.url ?? (before?.kind === 'web' ? known.urls.get(id) : undefined);
      const isGood = url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
      if (!isGood) {
        const message = 'a web hook needs an address that begins with https:// or http://';
        throw new InvalidRequest([{ field: field('url'), code: 'bad_format', message }]);
      }
      urls.set(id, url);
    } else {
      demandCommands(rules, field('command'), JSON.stringify(command) !== JSON.stringify(before?.command));
      if (!command[0]) {
        throw new InvalidRequest([{ field: field('command'), code: 'required', message: 'a program is needed' }]);
      }
    }
    return {
      ...{ id, moment: each.moment as HookMoment, kind: each.kind as Hook['kind'] },
      command: each.kind === 'command' ? command : [],
      timeoutSeconds: each.timeoutSeconds ?? before?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      onFailure: (each.onFailure ?? before?.onFailure ?? 'continue') as Hook['onFailure'],
    };
  });
  return { hooks, urls };
}

function demandCommands(
  { actor, allowCommands }: { actor: Actor; allowCommands: boolean },
  field: string,
  isNew: boolean,
): void {
  if (!allowCommands) {
    throw new SampanError('permission_denied_here', 'Command hooks are switched off on this server.', {
      hint: 'Whoever may set them acts as the user that Sampan runs as. SAMPAN_ALLOW_COMMAND_HOOKS=true allows them.',
      parameters: { field, setting: 'SAMPAN_ALLOW_COMMAND_HOOKS' },
    });
  }
  if (isNew && actor.kind !== 'system' && actor.role !== 'administrator') {
    throw new SampanError('permission_denied_here', 'Command hooks are for administrators.', {
      hint: 'Ask an administrator to set it; web hooks are for everyone who may change the plan.',
      parameters: { field },
    });
  }
}

/** What a hook hears; also in the environment of a command, in capitals. */
export interface HookNews {
  moment: HookMoment;
  planId: string;
  planName: string;
  operationId: string;
  /** How it ended, for those after. */
  state?: string | undefined;
  backupId?: string | undefined;
  error?: string | undefined;
}

/** Runs the hooks of a moment one after the other. */
export class HookRunner {
  readonly #database: Db;
  readonly #sealer: Sealer;
  readonly #egress: Pick<Egress, 'fetch'>;
  readonly #allowCommands: boolean;

  constructor(parts: { query: Db; sealer: Sealer; egress: Pick<Egress, 'fetch'>; allowCommands: boolean }) {
    this.#database = parts.query;
    this.#sealer = parts.sealer;
    this.#egress = parts.egress;
    this.#allowCommands = parts.allowCommands;
  }

  /** @throws SampanError `hook_failed` for one that is to stop what follows */
  async run(
    hooks: readonly Hook[],
    news: HookNews,
    context: Pick<OperationContext, 'signal' | 'log' | 'stepMessage'>,
  ): Promise<void> {
    const due = hooks.filter((hook) => hook.moment === news.moment);
    if (due.length === 0) return;
    const urls = await openUrls(this.#database, this.#sealer, news.planId);
    for (const hook of due) {
      const what = hook.kind === 'web' ? 'Web hook' : `Command ${hook.command[0]}`;
      await context.stepMessage(`${what} (${news.moment})`);
      // What comes after an end must not be cut off by what ended it.
      const limit = AbortSignal.timeout(hook.timeoutSeconds * 1000);
      const signal = news.moment.startsWith('before') ? AbortSignal.any([limit, context.signal]) : limit;
      try {
        if (hook.kind === 'web') await this.#call(urls.get(hook.id) ?? '', news, signal);
        else await this.#command(hook, news, signal, (line) => context.log('info', line));
        await context.log('info', `${what} (${news.moment}) ended well.`);
      } catch (thrown) {
        context.signal.throwIfAborted();
        const why = limit.aborted
          ? `it took longer than ${hook.timeoutSeconds} s`
          : thrown instanceof Error
            ? thrown.message
            : 'unknown';
        const message = `${what} (${news.moment}) failed: ${why}`;
        await context.log('warning', message);
        if (hook.onFailure === 'stop' && news.moment.startsWith('before')) {
          throw new SampanError('hook_failed', message, { hint: 'It is set to stop what follows when it fails.' });
        }
      }
    }
  }

  async #call(url: string, news: HookNews, signal: AbortSignal): Promise<void> {
    let response: Response;
    try {
      response = await this.#egress.fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Sampan' },
        body: JSON.stringify(news),
        signal,
      });
    } catch {
      // The error of a fetch may name the address, and the address may hold a token.
      throw new Error('it could not be reached');
    }
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }

  async #command(
    hook: Hook,
    news: HookNews,
    signal: AbortSignal,
    onLine: (line: string) => Promise<void>,
  ): Promise<void> {
    if (!this.#allowCommands) throw new Error('command hooks are switched off on this server');
    const [program = '', ...args] = hook.command;
    const variables = Object.entries(news).flatMap(([name, value]) =>
      value === undefined ? [] : [[`SAMPAN_HOOK_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`, String(value)]],
    );
    const { PATH, HOME, LANG } = process.env;
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of the server's own environment, where keys may be.
      env: { PATH, HOME, LANG, ...Object.fromEntries(variables) },
      detached: true,
    });
    // The whole group: a script that started others ends with them.
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    signal.addEventListener('abort', end, { once: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        if (output.length < MOST_OUTPUT) output += String(chunk);
      });
    }
    const code = await new Promise<number | string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (exit, killed) => resolve(exit ?? killed ?? 'unknown'));
    }).finally(() => signal.removeEventListener('abort', end));
    for (const line of output.slice(0, MOST_OUTPUT).split('\n').filter(Boolean).slice(0, 50)) await onLine(line);
    if (code !== 0) throw new Error(typeof code === 'number' ? `it ended with ${code}` : code);
  }
}
