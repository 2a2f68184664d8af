import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionCheck as CheckLine } from '@sampan/driver';
import { checkFindings } from '../i18n/zh/hosts.ts';
import { storageCheckFindings } from '../i18n/zh/storages.ts';
import { checkMessage } from './check-message.ts';

const line = (more: Partial<CheckLine>): CheckLine => ({
  name: 'list_images',
  state: 'passed',
  durationMs: 1,
  message: 'allowed: 7 found',
  ...more,
});

test('English readers see what the driver wrote', () => {
  assert.equal(checkMessage(line({ parameters: { count: 7 } }), 'en', checkFindings), 'allowed: 7 found');
});

test('others see the translation with its values, and the original when a value is missing or the step is new', () => {
  assert.equal(checkMessage(line({ parameters: { count: 7 } }), 'zh', checkFindings), '找到 7 个');
  assert.equal(checkMessage(line({}), 'zh', checkFindings), 'allowed: 7 found');
  assert.equal(checkMessage(line({ name: 'something_new' }), 'zh', checkFindings), 'allowed: 7 found');
});

test('a skipped step says so, and a failed one leaves it to its explanation', () => {
  assert.equal(checkMessage(line({ state: 'skipped' }), 'zh', checkFindings), checkFindings.skipped);
  assert.equal(checkMessage(line({ state: 'failed', code: 'throttled' }), 'zh', checkFindings), '');
  assert.equal(checkMessage(line({ state: 'failed' }), 'zh', checkFindings), 'allowed: 7 found');
});

test('of two things that a step may find, the one that its values fit is told', () => {
  const tls = (parameters: Record<string, string>) =>
    checkMessage(line({ name: 'tls', parameters }), 'zh', storageCheckFindings);
  assert.equal(tls({ host: 'a.example', protocol: 'TLSv1.3' }), 'a.example 的证书可信（TLSv1.3）');
  assert.equal(tls({ host: 'a.example' }), '明文 HTTP，未加密');
});
