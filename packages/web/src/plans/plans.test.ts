import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../api/backup-resources.ts';
import { comparedTexts } from './plan-differences.ts';
import { planDraft, planEdit, planInput, planProblems, retentionOf } from './plan-input.ts';
import { planListParameters, readPlanSearch, readPlansSearch } from './plans-search.ts';
import { retentionCalendar, retentionTotals } from './retention-calendar.ts';
import { scheduleDraft, scheduleOf, scheduleProblem, timesOf } from './schedule-draft.ts';

const PLAN = {
  id: 'p1',
  revision: 3,
  name: 'Website',
  repositoryId: 'r1',
  sources: {
    paths: ['/srv/www'],
    includes: ['/home/*/docs'],
    excludes: ['*.tmp', '*.log'],
    presets: ['caches'],
    oneFileSystem: true,
    ownDatabase: false,
  },
  schedule: { kind: 'times', times: ['02:30'], weekdays: [1, 3], timeZone: 'Asia/Shanghai' },
  jitterMinutes: 5,
  catchUp: false,
  retention: { last: 2, withinDays: 30 },
  timeZone: 'Asia/Shanghai',
  compression: 'max',
  limits: {
    ...{ uploadBytesPerSecond: 10 * 1024 ** 2, downloadBytesPerSecond: null },
    ...{ nice: 10, processors: null, readConcurrency: null },
  },
  hooks: [
    {
      ...{ id: 'h1', moment: 'before', kind: 'web', url: 'https://x.example/…', command: [] },
      ...{ timeoutSeconds: 60, onFailure: 'stop' },
    },
  ],
  drill: { schedule: { kind: 'manual' }, samples: 5, nextAt: null },
  tags: ['www'],
  mirrors: [{ repositoryId: 'r2' }],
  objectiveMinutes: 1560,
} as unknown as Plan;

test('a plan that is opened and saved stays what it was', () => {
  const edit = planEdit(planDraft(PLAN, 'UTC'));
  assert.deepEqual(edit.sources, PLAN.sources);
  assert.deepEqual(edit.schedule, PLAN.schedule);
  assert.deepEqual(edit.retention, PLAN.retention);
  assert.deepEqual(edit.limits, PLAN.limits);
  assert.deepEqual(edit.mirrors, [{ repositoryId: 'r2' }]);
  assert.equal(edit.objectiveMinutes, 1560);
  assert.deepEqual(edit.hooks, [{ id: 'h1', moment: 'before', kind: 'web', onFailure: 'stop', timeoutSeconds: 60 }]);
  assert.deepEqual(planProblems(planDraft(PLAN, 'UTC')), new Map());
  assert.deepEqual(comparedTexts(PLAN), comparedTexts(edit));
});

test('a new plan says where, and its time zone is that of the person', () => {
  const draft = { ...planDraft(null, 'Asia/Shanghai'), name: ' Web ', paths: ['/srv'], where: 'storage:s1' };
  const input = planInput(draft);
  assert.equal(input.name, 'Web');
  assert.equal(input.storageId, 's1');
  assert.equal(input.repositoryId, undefined);
  assert.equal(input.objectiveMinutes, undefined, 'the server computes the usual objective');
  assert.deepEqual(input.schedule, { kind: 'times', times: ['02:30'], timeZone: 'Asia/Shanghai' });
  assert.equal(planInput({ ...draft, where: 'repository:r1' }).repositoryId, 'r1');
});

test('what is missing is told at its field', () => {
  const problems = planProblems({
    ...planDraft(null, 'UTC'),
    objective: 'hours',
    objectiveHours: '0',
    limits: { ...planDraft(null, 'UTC').limits, uploadBytesPerSecond: 'fast', nice: '99' },
  });
  assert.deepEqual(
    [...problems],
    [
      ['name', 'required'],
      ['sources.paths', 'sourcesNeeded'],
      ['repositoryId', 'whereNeeded'],
      ['objectiveMinutes', 'objectiveWrong'],
      ['limits.uploadBytesPerSecond', 'rateWrong'],
      ['limits.nice', 'wholeNumber'],
    ],
  );
});

test('schedules are typed as people write times', () => {
  assert.deepEqual(timesOf('2:5，14：30 23:00'), ['02:05', '14:30', '23:00']);
  const draft = scheduleDraft(undefined, 'UTC');
  assert.equal(scheduleProblem({ ...draft, times: '25:00' }), 'timesWrong');
  assert.equal(scheduleProblem({ ...draft, times: '' }), 'timesNeeded');
  assert.equal(scheduleProblem({ ...draft, mode: 'weekdays', weekdays: [] }), 'weekdaysNeeded');
  assert.equal(scheduleProblem({ ...draft, mode: 'cron', expression: '* *' }), 'cronWrong');
  assert.equal(scheduleProblem({ ...draft, mode: 'interval', amount: 'x' }), 'intervalWrong');
  assert.deepEqual(scheduleOf({ ...draft, mode: 'interval', amount: '1.5', unit: 'hours' }), {
    kind: 'interval',
    minutes: 90,
  });
  assert.equal(scheduleDraft({ kind: 'interval', minutes: 2880 }, 'UTC').unit, 'days');
});

test('a blank or a zero keeps none of its kind', () => {
  const { retention } = planDraft(null, 'UTC');
  assert.deepEqual(retentionOf({ ...retention, last: '', daily: '0', weekly: '4', monthly: ' 2 ' }), {
    weekly: 4,
    monthly: 2,
  });
});

test('the calendar counts the days of the time zone, newest month first', () => {
  const verdicts = [
    { backupId: null, time: '2026-11-30T20:00:00.000Z', reasons: ['daily'] },
    { backupId: null, time: '2026-11-30T02:00:00.000Z', reasons: [] },
  ];
  const [december, november] = retentionCalendar(verdicts, 'Asia/Shanghai');
  assert.deepEqual([december?.month, december?.days[0]?.kept], [12, 1]);
  assert.deepEqual([november?.month, november?.days[29]?.gone], [11, 1]);
  // 1 November 2026 is a Sunday.
  assert.equal(november?.offset, 6);
  assert.deepEqual(retentionTotals(verdicts), { kept: 1, gone: 1 });
});

test('the address says what is shown, and nothing that does not fit', () => {
  assert.deepEqual(readPlansSearch({ search: 'web', sort: '-name', page: '2' }), { search: 'web', sort: '-name' });
  assert.deepEqual(planListParameters({ search: 'web', form: 'new' }), { search: 'web', limit: 50 });
  assert.deepEqual(readPlanSearch({ tab: 'runs', notice: 'sheet', form: 'x' }), { tab: 'runs', notice: 'sheet' });
});
