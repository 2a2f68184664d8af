import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoticeRow } from '../tables.ts';
import { composeMessage } from './compose.ts';
import { EVENT_NAMES, KNOWN_EVENTS, type KnownEvent, knownEvent } from './known-events.ts';
import { oneLine, writeEvent, writeTime } from './write.ts';

const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''));
const events = Object.entries(KNOWN_EVENTS) as [string, KnownEvent][];

describe('the texts of every event', () => {
  for (const [name, event] of events) {
    test(`${name}: both languages say the same, with what the event brings`, () => {
      for (const text of [event.title, event.body, ...(event.action ? [event.action] : []), event.label]) {
        assert.deepEqual([...names(text.en)].sort(), [...names(text.zh)].sort());
        assert.match(text.zh, /\p{Script=Han}/u);
        assert.ok(text.en.trim());
      }
      const used = names(`${event.title.en}${event.body.en}${event.action?.en ?? ''}`);
      const known = new Set(['name', ...Object.keys(event.parameters)]);
      assert.deepEqual(
        [...used].filter((word) => !known.has(word)),
        [],
      );
      const unused = Object.keys(event.parameters).filter((word) => !used.has(word));
      assert.deepEqual(unused, []);
    });
  }

  test('leave no placeholder, even when a parameter is missing', () => {
    for (const name of EVENT_NAMES) {
      const event = knownEvent(name);
      assert.ok(event);
      for (const language of ['en', 'zh-CN'] as const) {
        const { title, paragraphs } = writeEvent(event, 'x', {}, { language, timeZone: 'Asia/Shanghai' });
        for (const text of [title, ...paragraphs]) assert.ok(!/[{}]|undefined|NaN/.test(text), text);
      }
    }
  });

  test('fill in what is named once, and nothing that a name brings', () => {
    const { title } = writeEvent(
      KNOWN_EVENTS['plan.run_failed'],
      '{reason} {name}',
      { reason: 'r' },
      { language: 'en', timeZone: 'UTC' },
    );
    assert.equal(title, 'Backup failed: {reason} {name}');
  });
});

test('why something failed is told in the language of the channel, with what was written of the case', () => {
  const parameters = { code: 'storage_full', reason: 'The bucket web has no room.', hint: 'Make room.' };
  const zh = { language: 'zh-CN', timeZone: 'UTC' } as const;
  const failed = (given: Record<string, string>, way: { language: 'en' | 'zh-CN'; timeZone: string }) =>
    writeEvent(KNOWN_EVENTS['plan.run_failed'], 'web', given, way).paragraphs;
  assert.deepEqual(failed(parameters, { language: 'en', timeZone: 'UTC' }), [
    'The run of the backup plan web failed: The bucket web has no room.',
    'Make room.',
  ]);
  const [body = '', action = ''] = failed(parameters, zh);
  assert.match(body, /失败：\p{Script=Han}+[^。]*（The bucket web has no room\.）$/u);
  assert.match(action, /^处理建议：\p{Script=Han}/u);
  // A code of tomorrow, and a hint without one.
  assert.deepEqual(failed({ ...parameters, code: 'moon_phase' }, zh), [
    '备份计划 web 的运行失败：The bucket web has no room.',
    '处理建议：Make room.',
  ]);
  assert.equal(failed({ reason: 'x', hint: '' }, zh).length, 1);
});

test('times are in UTC and in the zone of the channel', () => {
  const time = Date.UTC(2026, 10, 21, 20, 48);
  assert.equal(writeTime(time, 'UTC'), '2026-11-21 20:48 UTC');
  assert.equal(writeTime(time, 'Asia/Shanghai'), '2026-11-21 20:48 UTC (2026-11-22 04:48 Asia/Shanghai)');
  assert.equal(writeTime(time - 8 * 3_600_000, 'Asia/Shanghai'), '2026-11-21 12:48 UTC (20:48 Asia/Shanghai)');
});

test('a backup that did not happen is told with objective and last good backup', () => {
  const parameters = { objective: 26 * 3_600_000, lastGoodAt: Date.UTC(2026, 10, 19, 2, 0) };
  const en = writeEvent(KNOWN_EVENTS['plan.overdue'], 'nightly', parameters, { language: 'en', timeZone: 'UTC' });
  assert.match(en.paragraphs[0] ?? '', /objective of 26 h\. Last good backup: 2026-11-19 02:00 UTC\./);
  const never = { ...parameters, lastGoodAt: 0 };
  const zh = writeEvent(KNOWN_EVENTS['plan.overdue'], '夜间', never, { language: 'zh-CN', timeZone: 'UTC' });
  assert.match(zh.paragraphs[0] ?? '', /目标时限 26 小时.*最近一次可用备份：从未/);
});

test('names are one line without what steers terminals and mail programs', () => {
  assert.equal(oneLine('a\r\nBcc: x\u2028y\u202ez\0'), 'a Bcc: x y z');
  assert.equal(oneLine('  '), '');
  assert.equal([...oneLine('主'.repeat(500))].length, 201);
});

test('several notices are one message with the worst severity in front', () => {
  const row = (event: string, severity: 'info' | 'error'): NoticeRow => ({
    sequence: 1,
    id: 'x',
    created_at: 0,
    event,
    severity,
    subject_kind: 'host',
    subject_id: 'h',
    subject_name: 'h',
    related: '[]',
    repeat_key: 'k',
    resolves: null,
    parameters: '{"reason":"r"}',
    path: '/hosts',
    dispatched_at: null,
  });
  const rows = [row('host.unreachable', 'error'), row('host.recovered', 'info')];
  const en = composeMessage('m', rows, { language: 'en', time_zone: 'UTC' }, null);
  assert.equal(en.title, '2 notices: 1 error');
  assert.equal(en.severity, 'error');
  assert.equal(en.items[0]?.link, null, 'without an address of the server there is no link');
  const zh = composeMessage('m', rows, { language: 'zh-CN', time_zone: 'UTC' }, 'https://s.example');
  assert.equal(zh.title, '2 条通知：1 个错误');
  assert.equal(zh.items[1]?.title, '主机已恢复：h');
  assert.equal(zh.items[0]?.link, 'https://s.example/hosts');
});
