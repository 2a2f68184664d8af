import type { QingzhouProfile } from '../profile.ts';
import { openapiProfile } from './openapi.ts';

/** The profiles that can be chosen, by name. */
export const qingzhouProfiles: Readonly<Record<string, QingzhouProfile>> = { openapi: openapiProfile };

export { openapiProfile };
