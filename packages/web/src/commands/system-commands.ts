import type { SecretKey, System } from '../api/system-resources.ts';
import { signedCall } from './signed-call.ts';

interface Shown {
  system: Pick<System, 'standby'>;
  mayTakeOver: boolean;
  /** Undefined for who may not see it. */
  secretKey: Pick<SecretKey, 'recoveryKey'> | undefined;
}

/** What the page of the system shows and does. */
export function systemCommands(
  { system, mayTakeOver, secretKey }: Shown,
  origin: string,
): { cli: string; api: string } {
  const call = (method: 'GET' | 'POST', path: string) =>
    signedCall(origin, { method, path: `/api/v1${path}`, ...(method === 'POST' && { body: {} }) });
  const isTakeOver = system.standby !== null && mayTakeOver;
  const cli = ['sampan system show'];
  const api = [call('GET', '/system')];
  if (isTakeOver) {
    cli.push('sampan system take-over --yes');
    api.push(call('POST', '/system/take-over'));
  }
  if (secretKey) {
    cli.push('sampan secret-key show', 'sampan secret-key rotate');
    cli.push(`sampan recovery-key make${secretKey.recoveryKey ? ' --replace' : ''}`);
    if (secretKey.recoveryKey) cli.push('sampan recovery-key check');
    api.push(call('GET', '/secret-key'), call('POST', '/secret-key/rotate'));
  }
  return { cli: cli.join('\n'), api: api.join('\n\n') };
}
