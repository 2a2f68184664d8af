import { SampanError } from '@sampan/driver';
import type { Buckets } from '../../contract.ts';
import type { Calls } from './calls.ts';
import type { S3Options } from './options.ts';
import { leastPrivilegePolicy } from './policy.ts';

const DEFAULT_REGION = 'us-east-1';
/** Of removing a bucket that could not be made as it was wished. */
const LIMIT_MS = 30_000;

/**
 * Anyone may read the objects: by a policy, since the canned ACL of a bucket lets its objects be listed only; by that ACL
 * where a compatible server has no policies, whose ACLs then mean more.
 */
async function openToReaders(calls: Calls, bucket: string, signal: AbortSignal | undefined): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: [`arn:aws:s3:::${bucket}/*`],
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  try {
    await calls.send({
      class: 'write',
      signal,
      run: ({ client, sdk, options }) =>
        client.send(new sdk.PutBucketPolicyCommand({ Bucket: bucket, Policy }), options),
    });
  } catch (error) {
    if (!(error instanceof SampanError && error.code === 'not_supported')) throw error;
    await calls.send({
      class: 'write',
      signal,
      run: ({ client, sdk, options }) =>
        client.send(new sdk.PutBucketAclCommand({ Bucket: bucket, ACL: 'public-read' }), options),
    });
  }
}

export function s3Buckets(calls: Calls, options: S3Options): Buckets {
  return {
    async list({ signal } = {}) {
      const { Buckets: found = [] } = await calls.send({
        class: 'list',
        signal,
        run: ({ client, sdk, options: attempt }) => client.send(new sdk.ListBucketsCommand({}), attempt),
      });
      return found.flatMap(({ Name, CreationDate, BucketRegion }) =>
        Name === undefined
          ? []
          : { name: Name, zone: BucketRegion ?? null, createdAt: CreationDate?.getTime() ?? null },
      );
    },

    async create({ name, access = 'private' }, { signal } = {}) {
      let mayBeDone = false;
      try {
        await calls.send({
          class: 'write',
          signal,
          onRetry: () => {
            mayBeDone = true;
          },
          run: ({ client, sdk, options: attempt }) =>
            client.send(
              new sdk.CreateBucketCommand({
                Bucket: name,
                // The first region must not be named, all others must.
                ...(options.region !== DEFAULT_REGION && {
                  CreateBucketConfiguration: { LocationConstraint: options.region as 'eu-west-1' },
                }),
              }),
              attempt,
            ),
        });
      } catch (error) {
        const isOurs = error instanceof SampanError && error.parameters.remoteCode === 'BucketAlreadyOwnedByYou';
        if (!(mayBeDone && isOurs)) throw error;
      }
      if (access === 'private') return;
      try {
        await openToReaders(calls, name, signal);
      } catch (error) {
        await remove(name, AbortSignal.timeout(LIMIT_MS)).catch(() => undefined);
        throw error;
      }
    },

    delete: (name, { signal } = {}) => remove(name, signal),

    policy: leastPrivilegePolicy,
  };

  async function remove(name: string, signal: AbortSignal | undefined): Promise<void> {
    let mayBeDone = false;
    try {
      await calls.send({
        class: 'delete',
        signal,
        onRetry: () => {
          mayBeDone = true;
        },
        run: ({ client, sdk, options: attempt }) => client.send(new sdk.DeleteBucketCommand({ Bucket: name }), attempt),
      });
    } catch (error) {
      const isGone = error instanceof SampanError && error.code === 'bucket_not_found';
      if (!(mayBeDone && isGone)) throw error;
    }
  }
}
