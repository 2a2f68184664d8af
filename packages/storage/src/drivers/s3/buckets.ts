import { SampanError } from '@sampan/driver';
import type { Buckets } from '../../contract.ts';
import type { Calls } from './calls.ts';
import type { S3Options } from './options.ts';
import { leastPrivilegePolicy } from './policy.ts';

const DEFAULT_REGION = 'us-east-1';

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
                ...(access === 'public_read' && { ACL: 'public-read' as const }),
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
    },

    async delete(name, { signal } = {}) {
      let mayBeDone = false;
      try {
        await calls.send({
          class: 'delete',
          signal,
          onRetry: () => {
            mayBeDone = true;
          },
          run: ({ client, sdk, options: attempt }) =>
            client.send(new sdk.DeleteBucketCommand({ Bucket: name }), attempt),
        });
      } catch (error) {
        const isGone = error instanceof SampanError && error.code === 'bucket_not_found';
        if (!(mayBeDone && isGone)) throw error;
      }
    },

    policy: leastPrivilegePolicy,
  };
}
