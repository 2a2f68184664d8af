import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors as en } from './en/index.ts';
import { errorText } from './error-text.ts';
import { errors as zh } from './zh/index.ts';

test('an English reader gets the particulars that the server wrote', () => {
  const text = errorText({ code: 'not_found', message: 'There is no instance 7.', hint: 'Look elsewhere.' }, 'en', en);
  assert.deepEqual(text, { message: 'There is no instance 7.', hint: 'Look elsewhere.', original: null });
});

test('a Chinese reader gets the translation and the original', () => {
  const text = errorText({ code: 'account_locked', message: 'Locked.', parameters: { seconds: 30 } }, 'zh', zh);
  assert.equal(text.message, '失败次数过多，请在 30 秒后重试。');
  assert.equal(text.original, 'Locked.');
});

test('a text that names a missing value is not used', () => {
  assert.equal(errorText({ code: 'account_locked', message: 'Locked.' }, 'zh', zh).message, '失败次数过多。');
});

test('an unknown code shows the server’s own text', () => {
  const text = errorText({ code: 'moon_phase', message: 'The moon is wrong.', hint: null }, 'zh', zh);
  assert.deepEqual(text, { message: 'The moon is wrong.', hint: null, original: null });
});

test('a missing hint comes from the dictionary', () => {
  assert.equal(errorText({ code: 'name_taken', message: 'Taken.' }, 'en', en).hint, 'Choose another name.');
});
