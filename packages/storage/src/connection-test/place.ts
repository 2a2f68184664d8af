import { type Endpoint, endpointOf } from '@sampan/driver';

/** Where a storage is reached. */
export type Place = Endpoint;

/** The place of an address such as `https://example.com`. */
export function placeOf(origin: string): Place & { isTls: boolean } {
  return { ...endpointOf(origin), isTls: new URL(origin).protocol === 'https:' };
}
