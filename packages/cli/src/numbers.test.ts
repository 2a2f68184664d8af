import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { makeProgram } from './program.ts';

function optionsOf(command: Command): { of: string; option: Option }[] {
  const own = command.options.map((option) => ({ of: command.name(), option }));
  return [...own, ...command.commands.flatMap(optionsOf)];
}

test('no number of an option is sent on unread', () => {
  const numbers = optionsOf(makeProgram()).filter(({ option }) =>
    /<(?:count|port|seconds|minutes|ms|percent|days|level|amount|rate|speed|interval|age)>$/.test(option.flags),
  );
  assert.ok(numbers.length > 50, `${numbers.length}`);
  for (const { of, option } of numbers) {
    for (const wrong of ['many', '-1', '1x', '1e99'])
      assert.throws(
        () => option.parseArg?.(wrong, undefined) ?? wrong,
        InvalidArgumentError,
        `${of} ${option.flags} ${wrong}`,
      );
  }
});

test('a number that is out of range is told with the range, as a wrong command line', async (context) => {
  const said = context.mock.method(process.stderr, 'write', () => true);
  for (const [text, range] of [
    ['audit list --limit 0', 'from 1.'],
    ['plan create x --weekdays 1,8', 'from 1 to 7.'],
    ['plan edit x --keep-within-days 0', 'from 1 to 36500.'],
    ['plan edit x --every 1min', 'from 5min to 366d.'],
    ['storage edit x --upload-limit 10', 'from 1Ki'],
    ['qingstor-server --data x --port 70000', 'from 0 to 65535.'],
  ] as const) {
    await assert.rejects(makeProgram().parseAsync(text.split(' '), { from: 'user' }), {
      code: 'commander.invalidArgument',
    });
    assert.ok(String(said.mock.calls.at(-2)?.arguments[0]).includes(range), text);
  }
});
