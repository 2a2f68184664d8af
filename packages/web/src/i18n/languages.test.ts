import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage } from './languages.ts';

test('the language is the chosen one, then that of the browser, then English', () => {
  assert.equal(preferredLanguage('zh', ['en-US']), 'zh');
  assert.equal(preferredLanguage(null, ['fr', 'zh-Hans-CN', 'en']), 'zh');
  assert.equal(preferredLanguage('xx', ['fr']), 'en');
});
