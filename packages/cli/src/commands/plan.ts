import type { Command } from 'commander';
import { findBackupOf, findPlan, findRepository, findSnapshotIds } from '../backup/find.ts';
import { type PlanFlags, planBody, retentionOf, withPlanFlags, withRetentionFlags } from '../backup/plan-flags.ts';
import { nameWithDamage } from '../backup/server-backups.ts';
import type { PlanView, RunView, ScheduleView, SourcePreview } from '../backup/views.ts';
import type { Api } from '../client/api.ts';
import type { OperationView } from '../client/types.ts';
import { contextOf } from '../context.ts';
import { CommandError, EXIT } from '../exit.ts';
import { follow } from '../follow.ts';
import { atMost } from '../numbers.ts';
import { age, bytes, duration } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/width.ts';
import { findStorage } from './storage.ts';

const minute = (iso: string | undefined): string | null => iso?.slice(0, 16).replace('T', ' ') ?? null;

const OWN = '(Sampan’s own database)';

function when({ kind, times = [], weekdays = [], minutes = 0, expression = '', timeZone = '' }: ScheduleView): string {
  const days = weekdays.length > 0 ? ` on days ${weekdays.join(',')}` : '';
  if (kind === 'times') return `at ${times.join(', ')}${days} ${timeZone}`;
  if (kind === 'interval') return `every ${duration(minutes * 60_000)}`;
  return kind === 'cron' ? `cron ${expression} ${timeZone}` : 'only when asked to';
}

function objective(plan: PlanView): string | null {
  return plan.objectiveMinutes === null ? null : duration(plan.objectiveMinutes * 60_000);
}

function show(output: Output, plan: PlanView): void {
  output.record(plan, [
    ['NAME', (row) => row.name],
    ['ID', (row) => row.id],
    ['FRESHNESS', (row) => `${row.freshness}${row.paused ? ' (paused)' : ''}`],
    [
      'PATHS',
      ({ sources: { paths, includes, ownDatabase } }) =>
        [...paths, ...includes, ...(ownDatabase ? [OWN] : [])].join(' '),
    ],
    ['LEFT OUT', (row) => [...row.sources.presets, ...row.sources.excludes].join(' ') || null],
    ['REPOSITORY', nameWithDamage],
    [
      'MIRRORS',
      (row) =>
        row.mirrors
          .map((each) => `${nameWithDamage(each)} (${each.state}${each.behind > 0 ? `, ${each.behind} behind` : ''})`)
          .join(', ') || null,
    ],
    ['SCHEDULE', (row) => when(row.schedule)],
    ['NEXT RUNS (UTC)', (row) => row.nextRuns.slice(0, 3).map(minute).join(', ') || null],
    [
      'KEEPS',
      (row) =>
        Object.entries(row.retention)
          .map(([kind, count]) => `${kind} ${count}`)
          .join(', ') || 'all',
    ],
    [
      'HOOKS',
      (row) => row.hooks.map((each) => `${each.moment} ${each.url ?? each.command.join(' ')}`).join(', ') || null,
    ],
    ['DRILLS', ({ drill }) => `${when(drill.schedule)}, ${drill.samples} files`],
    ['OBJECTIVE', objective],
    ['LAST BACKUP', (row) => age(row.lastBackupAt)],
    ['LAST RUN', (row) => row.lastRun?.state],
    ['LAST PROVEN', (row) => age(row.lastProvenAt)],
    ['SIZE', (row) => (row.bytes === null ? null : `${bytes(row.bytes)} in ${row.files} files`)],
  ]);
}

/** `none` stands for none; nothing given leaves them as they are. */
async function mirrorsOf(api: Api, references: readonly string[] | undefined) {
  if (references === undefined) return undefined;
  if (references.length === 1 && references[0] === 'none') return [];
  const hint = 'A mirror is a repository. Make one on a storage: sampan repository create Offsite --on STORAGE';
  return Promise.all(references.map(async (each) => ({ repositoryId: (await findRepository(api, each, hint)).id })));
}

/** Follows a run and tells its honest end: a partial one is no success. */
async function followRun(api: Api, output: Output, operationId: string): Promise<void> {
  const quiet = output.json;
  await follow(api, output, [operationId]);
  if (quiet) return;
  const run = await api.get<RunView>(`/runs/${operationId}`);
  if (run.state === 'partial') {
    throw new CommandError(`The backup is partial: ${run.unreadCount} could not be read.`, {
      exitCode: EXIT.failed,
      hint: `See what: sampan run unread ${operationId}`,
    });
  }
  output.note(
    `${run.files} files, ${bytes(run.bytes ?? 0)}, ${bytes(run.bytesAdded ?? 0)} added. Backup ${run.backupId}`,
  );
}

export function addPlanCommands(program: Command): void {
  const plan = program.command('plan').description('backup plans: what is backed up, when, to where, and for how long');

  plan
    .command('list')
    .description('plans with how fresh their backups are')
    .option('--search <text>', 'part of the name')
    .action(async (options: { search?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const rows: PlanView[] = [];
      for await (const row of api().items<PlanView>('/plans', { search: options.search }, 1000)) rows.push(row);
      output.table(
        rows,
        [
          ['NAME', (row) => row.name],
          ['FRESHNESS', (row) => row.freshness],
          ['LAST BACKUP', (row) => age(row.lastBackupAt)],
          ['OBJECTIVE', objective],
          ['LAST RUN', (row) => row.lastRun?.state],
          ['PROVEN', (row) => age(row.lastProvenAt)],
          ['NEXT (UTC)', (row) => minute(row.nextRuns[0])],
          ['REPOSITORY', (row) => row.repositoryName],
          ['SIZE', (row) => (row.bytes === null ? null : bytes(row.bytes))],
        ],
        'There are no plans. See: sampan plan create --help',
      );
    });

  plan
    .command('show <plan>')
    .description('show a plan, by id or name')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      show(output, await findPlan(api(), reference));
    });

  withPlanFlags(plan.command('create <name>'))
    .description('make a plan; without a schedule it runs when it is asked to')
    .option('--storage <storage>', 'make a repository on this storage of the server')
    .option('--folder <folder>', 'with --storage: where on it')
    .option('--repository <repository>', 'use this repository of the server')
    .option('--run', 'the first run begins at once')
    .action(
      async (
        name: string,
        flags: PlanFlags & { storage?: string; folder?: string; repository?: string; run?: boolean },
        command: Command,
      ) => {
        const { output, api } = contextOf(command);
        if ((flags.storage === undefined) === (flags.repository === undefined))
          throw new CommandError('Give either --storage or --repository.', { hint: 'See: sampan storage list' });
        const place =
          flags.storage === undefined
            ? { repositoryId: (await findRepository(api(), flags.repository ?? '')).id }
            : {
                storageId: (await findStorage(api(), flags.storage)).id,
                ...(flags.folder !== undefined && { folder: flags.folder }),
              };
        const body = planBody(flags, null, await mirrorsOf(api(), flags.mirror));
        const made = await api().post<PlanView>('/plans', {
          ...{ name, sources: { paths: [] }, ...place, ...body },
          ...(flags.run && { runNow: true }),
        });
        show(output, made);
        if (!output.json && flags.storage !== undefined)
          output.note(`Print its recovery sheet now: sampan repository sheet ${made.repositoryId}`);
      },
    );

  withPlanFlags(plan.command('edit <plan>'))
    .description('change a plan; lists that are given replace those that are there')
    .option('--name <name>', 'new name')
    .action(async (reference: string, flags: PlanFlags & { name?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      const body = planBody(flags, found, await mirrorsOf(api(), flags.mirror));
      const changes = { ...(flags.name && { name: flags.name }), ...body };
      if (Object.keys(changes).length === 0)
        throw new CommandError('Nothing is to be changed.', { hint: 'See: sampan plan edit --help' });
      show(output, await api().patch<PlanView>(`/plans/${found.id}`, changes));
    });

  plan
    .command('preview <plan>')
    .description('what the next run would read: how much, what is left out, what is largest')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { sources } = await findPlan(api(), reference);
      const preview = await api().post<SourcePreview>('/plans/preview-sources', sources);
      if (output.json) return output.data(preview);
      const more = preview.isCut ? 'More than ' : '';
      output.line(`${more}${preview.files} files in ${preview.folders} folders, ${bytes(preview.bytes)}`);
      for (const each of preview.largestFiles)
        output.line(`  ${bytes(each.bytes).padStart(10)}  ${printable(each.path)}`);
      if (preview.excluded.count > 0) output.line(`Left out: ${preview.excluded.count}`);
      for (const each of preview.excluded.first) output.line(`  ${printable(each)}`);
      for (const { path, reason } of preview.unreadable.first) output.note(`✖ ${printable(path)}: ${reason}`);
    });

  plan
    .command('remove <plan>')
    .description('delete a plan; its backups stay in the repository')
    .option('--yes', 'do not ask')
    .action(async (reference: string, options: { yes?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      if (!options.yes)
        throw new CommandError(`This deletes the plan ${found.name}; its backups stay in ${found.repositoryName}.`, {
          hint: 'Run it again with --yes.',
        });
      await api().delete(`/plans/${found.id}`);
      if (output.json) output.data({ id: found.id, deleted: true });
      else output.note(`Deleted ${found.name}. Its backups are in the repository ${found.repositoryName}.`);
    });

  plan
    .command('run <plan>')
    .description('back up now, and wait for the end')
    .option('--no-wait', 'do not wait')
    .action(async (reference: string, options: { wait: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      const operation = await api().post<OperationView>(`/plans/${found.id}/run`);
      if (options.wait) await followRun(api(), output, operation.id);
      else if (output.json) output.data(operation);
      else output.note(`Begun. Follow it: sampan operation watch ${operation.id}`);
    });

  withRetentionFlags(plan.command('retention <plan>'))
    .description('what retention keeps of the backups there are, and why; with --keep-… what another one would')
    .action(async (reference: string, flags: PlanFlags, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      type Verdict = { backupId: string; time: string; reasons: string[] };
      const { items } = await api().post<{ items: Verdict[] }>('/plans/preview-retention', {
        ...{ planId: found.id, retention: retentionOf(flags) ?? found.retention, timeZone: found.timeZone },
      });
      output.table(
        items,
        [
          ['BACKUP', (row) => row.backupId],
          ['TIME (UTC)', (row) => minute(row.time)],
          ['KEPT AS', (row) => row.reasons.join(', ') || 'GOES with the next run'],
        ],
        'There are no backups.',
      );
    });

  for (const [verb, description] of [
    ['pause', 'nothing of the plan runs by itself from now on'],
    ['resume', 'the plan runs by itself again'],
    ['skip', 'pass over the next run'],
  ] as const) {
    plan
      .command(`${verb} <plan>`)
      .description(description)
      .action(async (reference: string, _options: object, command: Command) => {
        const { output, api } = contextOf(command);
        const found = await findPlan(api(), reference);
        show(output, await api().post<PlanView>(`/plans/${found.id}/${verb}`));
      });
  }

  plan
    .command('drill <plan>')
    .description('prove the latest backup by restoring samples of it and comparing them with what the source was')
    .option('--backup <backup>', 'another one, by its id or the first characters of its snapshot')
    .action(async (reference: string, options: { backup?: string }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      const body =
        options.backup === undefined ? {} : { backupId: (await findBackupOf(api(), found, options.backup)).id };
      const operation = await api().post<OperationView>(`/plans/${found.id}/drill`, body);
      await follow(api(), output, [operation.id]);
    });

  plan
    .command('drills <plan>')
    .description('drills of a plan, newest first')
    .action(async (reference: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      type Drill = {
        state: string;
        compared: number;
        findings: { path: string }[];
        affected: string[];
        createdAt: string;
      };
      const rows: Drill[] = [];
      for await (const row of api().items<Drill>(`/plans/${found.id}/drills`, {}, 50)) rows.push(row);
      output.table(
        rows,
        [
          ['WHEN', (row) => minute(row.createdAt)],
          ['RESULT', (row) => row.state],
          ['FILES', (row) => row.compared],
          ['DIFFERENT', (row) => row.findings.length],
          ['BACKUPS AFFECTED', (row) => row.affected.length],
        ],
        'It was never drilled. See: sampan plan drill',
      );
    });

  plan
    .command('mirror <plan>')
    .description('copy what is missing to the mirrors now')
    .option('--to <repository>', 'only to this one')
    .option('--recreate', 'with --to: make a mirror anew that was deleted')
    .action(async (reference: string, options: { to?: string; recreate?: boolean }, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      const body = {
        ...(options.to !== undefined && { repositoryId: (await findRepository(api(), options.to)).id }),
        ...(options.recreate && { recreate: true }),
      };
      const { items } = await api().post<{ items: OperationView[] }>(`/plans/${found.id}/mirror`, body);
      await follow(
        api(),
        output,
        items.map(({ id }) => id),
      );
    });

  plan
    .command('adopt <plan> [snapshot...]')
    .description('make snapshots of its repository that no plan knows backups of the plan; all when none is named')
    .action(async (reference: string, snapshots: string[], _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const found = await findPlan(api(), reference);
      const body = snapshots.length > 0 ? { snapshotIds: await findSnapshotIds(api(), found, snapshots) } : {};
      const operation = await api().post<OperationView>(`/plans/${found.id}/adopt`, body);
      const [ended] = await follow(api(), output, [operation.id]);
      const count = Number(ended?.result?.adopted ?? 0);
      if (!output.json)
        output.note(
          count > 0 ? `${count} backups taken over. Their files are being listed.` : 'Nothing new was found.',
        );
    });

  addRunCommands(program);
}

function addRunCommands(program: Command): void {
  const run = program.command('run').description('runs of backup plans');

  run
    .command('list')
    .description('runs, newest first')
    .option('--plan <plan>', 'of one plan')
    .option('--limit <count>', 'so many', atMost, 20)
    .action(async (options: { plan?: string; limit: number }, command: Command) => {
      const { output, api } = contextOf(command);
      const query = options.plan === undefined ? {} : { planId: (await findPlan(api(), options.plan)).id };
      const rows: RunView[] = [];
      for await (const row of api().items<RunView>('/runs', query, options.limit)) rows.push(row);
      output.table(
        rows,
        [
          ['ID', (row) => row.id],
          ['PLAN', (row) => row.planName],
          ['STATE', (row) => row.state],
          ['WHY', (row) => row.reason],
          ['BEGAN', (row) => minute(row.startedAt ?? row.createdAt)],
          [
            'TOOK',
            (row) =>
              row.finishedAt && row.startedAt ? duration(Date.parse(row.finishedAt) - Date.parse(row.startedAt)) : null,
          ],
          ['FILES', (row) => row.files],
          ['ADDED', (row) => (row.bytesAdded === null ? null : bytes(row.bytesAdded))],
          ['UNREAD', (row) => row.unreadCount || null],
          ['ERROR', (row) => row.error?.message],
        ],
        'There are no runs.',
      );
    });

  run
    .command('unread <run>')
    .description('what a run could not read, and why')
    .action(async (id: string, _options: object, command: Command) => {
      const { output, api } = contextOf(command);
      const { items } = await api().get<{ items: { path: string; reason: string }[] }>(`/runs/${id}/unread`);
      output.table(
        items,
        [
          ['PATH', (row) => row.path],
          ['WHY', (row) => row.reason],
        ],
        'Everything was read.',
      );
    });

  for (const verb of ['pause', 'resume'] as const) {
    run
      .command(`${verb} <run>`)
      .description(verb === 'pause' ? 'pause a run, for up to 15 minutes' : 'go on with a paused run')
      .action(async (id: string, _options: object, command: Command) => {
        const { output, api } = contextOf(command);
        const changed = await api().post<RunView>(`/runs/${id}/${verb}`);
        if (output.json) output.data(changed);
        else output.note(`${verb === 'pause' ? 'It pauses' : 'It goes on'} within a few seconds.`);
      });
  }
}
