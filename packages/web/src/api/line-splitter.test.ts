import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineSplitter } from './line-splitter.ts';

test('lines come out whole wherever the text was cut', () => {
  const lines = ['{"name":"resolve"}', '{"name":"解析"}', '{"name":"result"}'];
  const text = `${lines.join('\n')}\n`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const splitter = createLineSplitter();
      const found: string[] = [];
      let from = 0;
      for (const to of [...cuts.sort((a, b) => a - b), text.length]) {
        found.push(...splitter.push(text.slice(from, to)));
        from = to;
      }
      assert.deepEqual([...found, ...splitter.end()], lines);
    }),
  );
});

test('a last line without an end counts; blank lines and carriage returns do not', () => {
  const splitter = createLineSplitter();
  assert.deepEqual(splitter.push('a\r\n\n  \nb'), ['a']);
  assert.deepEqual(splitter.end(), ['b']);
  assert.deepEqual(splitter.end(), []);
});
