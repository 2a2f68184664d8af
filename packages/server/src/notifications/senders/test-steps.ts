import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { type ConnectionCheck, toSampanError } from '@sampan/driver';
import type { Message, Sender, SenderEnvironment } from './contract.ts';
import { channelError, connectionError } from './errors.ts';

function addressesOf(host: string, environment: SenderEnvironment): Promise<string[]> {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0)
    return environment.allowsAddress(bare) ? Promise.resolve([bare]) : Promise.reject(channelError.forbidden(bare));
  return new Promise((resolve, reject) => {
    environment.lookup(bare, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve((found as LookupAddress[]).map((entry) => entry.address));
    });
  });
}

/** The steps of a test of a channel, which ends with a message that people see. */
export async function* testSteps(
  parts: { sender: Sender; host: string; message: Message; timeoutMs: number; environment: SenderEnvironment },
  signal: AbortSignal,
): AsyncGenerator<ConnectionCheck> {
  const { sender, host, message, environment, timeoutMs } = parts;
  const limited = () => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { greet } = sender;
  const steps: [
    name: string,
    work: (signal: AbortSignal) => Promise<Pick<ConnectionCheck, 'message' | 'parameters'>>,
  ][] = [
    [
      'resolve',
      async () => {
        const address = (await addressesOf(host, environment)).join(', ');
        return { message: `${host} is ${address}`, parameters: { host, address } };
      },
    ],
    ...(greet
      ? [
          [
            'greet',
            async (limit: AbortSignal) => {
              await greet(limit);
              return { message: 'connected, verified and signed in' };
            },
          ] as (typeof steps)[number],
        ]
      : []),
    [
      'send',
      async (limit) => {
        await sender.send(message, limit);
        return { message: 'the other side took it; look whether it is there' };
      },
    ],
  ];
  let hasFailed = false;
  for (const [name, work] of steps) {
    if (hasFailed) {
      yield { name, state: 'skipped', durationMs: 0, message: 'not tried, because an earlier step did not succeed' };
      continue;
    }
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    const limit = limited();
    try {
      const found = await work(limit);
      yield { name, state: 'passed', durationMs: took(), ...found };
    } catch (thrown) {
      signal.throwIfAborted();
      hasFailed = true;
      const error = toSampanError(connectionError(thrown, host, limit, timeoutMs));
      const { code, message: cause, hint, parameters } = error;
      const remedy = hint !== undefined && { remedy: hint };
      yield { name, state: 'failed', durationMs: took(), message: cause, code, cause, parameters, ...remedy };
    }
  }
}
