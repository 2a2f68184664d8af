import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf, valuesOf } from '../options-form/form-values.ts';
import {
  newSettings,
  presetOf,
  presetRules,
  type SettingWords,
  settingFields,
  settingsOf,
  settingValues,
} from './channel-settings.ts';

const words = new Proxy({ after: (hours: number) => `${hours} h` } as SettingWords, {
  get: (target, name) => (name === 'after' ? target.after : String(name)),
});
const fields = settingFields(words, ['Asia/Shanghai', 'UTC']);
const all = [...fields, { name: 'rules', kind: 'text' as const, label: { en: '', zh: '' } }];

test('settings pass through the form as they were', () => {
  for (const repeatAfterHours of [1, 6, 24, null] as const) {
    const settings = {
      ...newSettings('zh', 'Asia/Shanghai', presetRules('failures')),
      repeatAfterHours,
      digest: { mode: 'daily' as const, time: '09:30' },
      enabled: false,
    };
    const values = valuesOf(all, settingValues(settings));
    assert.deepEqual(settingsOf(values), settings);
    assert.equal(problemsOf(all, values, []).size, 0);
  }
});

test('a time that is none is told at its field', () => {
  const values = { ...valuesOf(all, settingValues(newSettings('en', 'UTC', []))), digestTime: '25:00' };
  assert.deepEqual([...problemsOf(all, values, []).keys()], ['digestTime']);
});

test('the offered sets of rules are known again, and every other set is one’s own', () => {
  for (const preset of ['failures', 'everything', 'nothing'] as const)
    assert.equal(presetOf(presetRules(preset)), preset);
  assert.equal(presetOf([{ events: ['plan.overdue'], severity: 'info', resources: null }]), 'own');
});
