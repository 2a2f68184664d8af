import { Type } from 'typebox';

/** In characters; stores count bytes and refuse what is too long for them. */
export const Key = Type.String({ minLength: 1, maxLength: 1023 });

export const BucketField = Type.Optional(
  Type.String({ minLength: 1, maxLength: 255, description: 'Another than the bucket of the storage' }),
);
