import { SampanError } from '@sampan/driver';
import type { StorageEnvironment } from '../../contract.ts';
import type { S3Options } from './options.ts';

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * The key of the options or, with Environment Auth, of the environment; null for anonymous access.
 *
 * @throws `credentials_not_found`
 */
export function credentialsOf(options: S3Options, { environment }: StorageEnvironment): S3Credentials | null {
  const { accessKeyId, secretAccessKey } = options;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  if (!options.environmentAuth) return null;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment?.variables ?? {};
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  }
  throw new SampanError('credentials_not_found', 'Environment Auth is set, but there are no keys in the environment.', {
    hint: environment
      ? 'Start the server with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the keys to the storage.'
      : 'Environment Auth is not enabled on this server: give the keys to the storage, or ask an administrator.',
  });
}
