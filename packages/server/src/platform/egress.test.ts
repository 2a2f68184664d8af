import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeEgress } from './egress.ts';

describe('requests to addresses that people typed', () => {
  const egress = makeEgress();

  test('do not go to what hands out credentials, however the address is written', () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '64:ff9b::169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '[64:ff9b::a9fe:a9fe]',
      '64:ff9b::100.100.100.200',
      '100.100.100.200',
      'fe80::1',
      'fe80::1%eth0',
      '[fe80::1]',
      'fd00:ec2::254',
      '0.0.0.0',
      '::',
    ])
      assert.equal(egress.allowsAddress(address), false, address);
  });

  test('go to private networks and to the world', () => {
    for (const address of [
      '127.0.0.1',
      '::1',
      '10.0.0.1',
      '192.168.1.1',
      '8.8.8.8',
      '64:ff9b::808:808',
      '2606:4700::1',
    ])
      assert.equal(egress.allowsAddress(address), true, address);
  });

  test('look up names as they are asked to: all addresses, or the first', async () => {
    const one = await new Promise((resolve, reject) =>
      egress.lookup('localhost', {}, (error, address, family) => (error ? reject(error) : resolve([address, family]))),
    );
    assert.ok(JSON.stringify(one) === '["127.0.0.1",4]' || JSON.stringify(one) === '["::1",6]');
    const all = await new Promise((resolve, reject) =>
      egress.lookup('localhost', { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
    );
    assert.ok(Array.isArray(all) && all.length > 0);
  });

  test('refuse a name that leads to such an address', async () => {
    const code = await new Promise((resolve) =>
      egress.lookup('2852039166', {}, (error) => resolve(error && 'code' in error ? error.code : null)),
    );
    assert.equal(code, 'EGRESS_FORBIDDEN');
  });
});
